/**
 * What the Pod Security Standards allow: kubernetes.io/docs/concepts/security/pod-security-standards, as
 * k8s.io/pod-security-admission 0.28 to 0.37 enforces it.
 */

/** Capabilities that containers have without being asked, so that adding them adds nothing. */
export const capabilities = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
] as const;

/** Types of AppArmor and seccomp profiles. */
export const profiles: readonly string[] = ['RuntimeDefault', 'Localhost'];

/** SELinux types; since 1.31 containers may run container engines. */
export function seLinuxTypes(minor: number): readonly string[] {
  const types = ['container_t', 'container_init_t', 'container_kvm_t'];
  return minor >= 31 ? [...types, 'container_engine_t'] : types;
}

/** Sysctls that change nothing outside their pod, with the minor since which they are allowed. */
export const sysctlsSince: Readonly<Record<string, number>> = {
  'kernel.shm_rmid_forced': 0,
  'net.ipv4.ip_local_port_range': 0,
  'net.ipv4.ip_unprivileged_port_start': 0,
  'net.ipv4.ping_group_range': 0,
  'net.ipv4.tcp_syncookies': 0,
  'net.ipv4.ip_local_reserved_ports': 27,
  'net.ipv4.tcp_fin_timeout': 29,
  'net.ipv4.tcp_keepalive_intvl': 29,
  'net.ipv4.tcp_keepalive_probes': 29,
  'net.ipv4.tcp_keepalive_time': 29,
  'net.ipv4.tcp_rmem': 32,
  'net.ipv4.tcp_wmem': 32,
  'net.ipv4.tcp_notsent_lowat': 37,
  'net.ipv4.tcp_slow_start_after_idle': 37,
};

/** Types of volumes that reach out of the pod by themselves, and not by a claim. */
export const outerVolumes: readonly string[] = [
  'awsElasticBlockStore',
  'azureDisk',
  'azureFile',
  'cephfs',
  'cinder',
  'fc',
  'flexVolume',
  'flocker',
  'gcePersistentDisk',
  'gitRepo',
  'glusterfs',
  'hostPath',
  'iscsi',
  'nfs',
  'photonPersistentDisk',
  'portworxVolume',
  'quobyte',
  'rbd',
  'scaleIO',
  'storageos',
  'vsphereVolume',
];
