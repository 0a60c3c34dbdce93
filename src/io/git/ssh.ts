/** Options by which ssh fails instead of asking, and notices a dead connection. */
const unattended = ['-oBatchMode=yes', '-oStrictHostKeyChecking=yes', '-oConnectTimeout=15', '-oServerAliveInterval=15'];

/** How an agent connects by ssh where nobody chose a command. */
export const usualSsh = `ssh ${unattended.join(' ')}`;

/**
 * The ssh that knows one key and the servers of one file, and nothing of this machine: no configuration, no agent, no other keys. Git
 * hands it to a shell, and ssh takes `%` in the names of files for something of its own (with `-i` now so, now not).
 */
export function sshCommand({ identity, knownHosts }: { readonly identity: string; readonly knownHosts: string }): string {
  const own = ['-F none', `-oIdentityFile=${fileWord(identity)}`, '-oIdentitiesOnly=yes', '-oIdentityAgent=none'];
  const servers = [`-oUserKnownHostsFile=${fileWord(knownHosts)}`, '-oGlobalKnownHostsFile=/dev/null'];
  return ['ssh', ...own, ...servers, ...unattended].join(' ');
}

/** The name of a file as a setting of ssh has it, as a word of a shell. */
function fileWord(path: string): string {
  const setting = `"${path.replaceAll('%', '%%')}"`;
  return `'${setting.replaceAll("'", `'\\''`)}'`;
}
