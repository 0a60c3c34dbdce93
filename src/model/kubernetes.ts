/** The Kubernetes minors that environments can be checked against. */
export const kubernetesVersions = ['1.28', '1.29', '1.30', '1.31', '1.32', '1.33', '1.34', '1.35', '1.36', '1.37'] as const;

/** A Kubernetes minor. */
export type KubernetesVersion = (typeof kubernetesVersions)[number];

/** The newest of them. */
export const newestKubernetes = kubernetesVersions.at(-1) as KubernetesVersion;
