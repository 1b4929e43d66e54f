/** The file trees that images begin with: busybox, Alpine, Debian, nothing; made once and shared. */
import { LayerBuilder, type ReadOnlyLayer } from '../host/index';

export type Base = 'busybox' | 'alpine' | 'debian' | 'scratch';

/** 2025-11-03. */
const MADE = 1_762_128_000_000_000;

const APPLETS = (
  'arch ash base64 basename cat chgrp chmod chown clear cp cut date dd df diff dirname du echo egrep env expr false find ' +
  'free getent grep gunzip gzip head hostname id ifconfig ip kill less ln ls md5sum mkdir mktemp more mount mv nc netstat nslookup od ' +
  'ping ping6 printenv printf ps pwd readlink realpath reset rev rm rmdir route sed seq sh sha256sum sleep sort stat stty ' +
  'sync tac tail tar tee test time timeout top touch tr traceroute true tty uname uniq uptime vi watch wc wget which ' +
  'whoami xargs yes'
).split(' ');

const DEBIAN = (
  'arch awk base64 basename bash cat chgrp chmod chown comm cp cut dash date dd df diff dirname du echo egrep env expr ' +
  'false find getent grep gunzip gzip head hostname id join kill ln ls md5sum mkdir mktemp mount mv nl nproc od paste perl ' +
  'printenv printf pwd readlink realpath rm rmdir sed seq sh sha256sum sleep sort stat stty sync tac tail tar tee test ' +
  'timeout touch tr true tsort tty uname uniq wc which whoami xargs yes'
).split(' ');

const PASSWD = 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n';
const GROUP = 'root:x:0:root\ndaemon:x:1:\nnogroup:x:65534:\n';

function release(name: string, id: string, version: string): string {
  return `NAME="${name}"\nID=${id}\nVERSION_ID=${version}\nPRETTY_NAME="${name} ${version}"\n`;
}

function common(shell: boolean): LayerBuilder {
  const layer = new LayerBuilder(MADE);
  for (const path of ['dev', 'etc', 'proc', 'sys', 'run', 'var/log']) layer.directory(`/${path}`);
  layer.directory('/tmp', 0o1777);
  if (shell) layer.directory('/root', 0o700).directory('/home').file('/etc/passwd', PASSWD).file('/etc/group', GROUP);
  return layer;
}

const built = new Map<Base, ReadOnlyLayer>();

function baseFiles(base: Base): ReadOnlyLayer {
  let layer = built.get(base);
  if (!layer) built.set(base, (layer = make(base)));
  return layer;
}

function make(base: Base): ReadOnlyLayer {
  const layer = common(base !== 'scratch');
  if (base === 'busybox') layer.programs('/bin', [...APPLETS, 'busybox', 'httpd', 'telnetd']).directory('/usr/sbin');
  if (base === 'alpine') {
    layer
      .programs('/bin', [...APPLETS, 'busybox'])
      .programs('/sbin', ['apk', 'ifconfig', 'ip'])
      .directory('/usr/local/bin');
    layer.file('/etc/alpine-release', '3.22.2\n').file('/etc/os-release', release('Alpine Linux', 'alpine', '3.22.2'));
    layer.directory('/usr/bin').directory('/usr/share').directory('/media').directory('/mnt').directory('/opt');
  }
  if (base === 'debian') {
    layer.programs('/bin', DEBIAN).programs('/usr/bin', ['apt', 'apt-get', 'env', 'dpkg']).directory('/usr/local/bin');
    layer.file('/etc/debian_version', '12.12\n').file('/etc/os-release', release('Debian GNU/Linux', 'debian', '12'));
    layer.directory('/usr/share').directory('/media').directory('/mnt').directory('/opt').directory('/srv');
  }
  return layer.build();
}

/** A base with an image's own files over it: contents by path; a path that ends in a slash is a directory. */
export function imageFiles(
  base: Base,
  programs: readonly string[],
  files: readonly (readonly [string, string])[],
): ReadOnlyLayer {
  if (programs.length === 0 && files.length === 0) return baseFiles(base);
  const layer = new LayerBuilder(MADE).over(baseFiles(base));
  for (const path of programs) layer.file(path, '\x7fELF', 0o755);
  for (const [path, data] of files) {
    if (path.endsWith('/')) layer.directory(path.slice(0, -1));
    else layer.file(path, data, data.startsWith('#!') ? 0o755 : 0o644);
  }
  return layer.build();
}
