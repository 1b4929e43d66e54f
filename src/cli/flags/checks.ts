/**
 * Which check a flag of a command has beyond that of its type. A key is `PATH FLAG` (the canonical path), ` FLAG` for a
 * flag wherever it occurs, or a type. Follows the flags' constructors in docker/cli cli/command and opts/.
 */
import { goQuote } from '../../base/go-quote';
import { fail, ok } from '../../base/result';
import type { FlagDefinition } from '../data/catalog';
import { externalCaProblem } from '../swarm/spec';
import { nodeAddress } from './address';
import { isIpAddress } from './ip';
import { objectChecks } from './object-checks';
import { type Check, checkPositiveDuration, checkSwapBytes, TYPE_CHECKS } from './values';

/** `key` or `key=value`. Follows docker/cli opts/opts.go, ValidateLabel. */
const checkLabel: Check = (value) => {
  const key = value.split('=', 1)[0]!.replace(/^[ \t]+/, '');
  if (key === '') return fail(`invalid label '${value}': empty name`);
  return /[ \t]/.test(key) ? fail(`label '${key}' contains whitespaces`) : ok(value);
};

/** A name alone takes its value from docker's own environment. Follows docker/cli opts/env.go, ValidateEnv. */
const checkEnv: Check = (value, env) => {
  const key = value.split('=', 1)[0]!;
  if (key === '') return fail(`invalid environment variable: ${value}`);
  const inherited = value.includes('=') ? undefined : env.get(key);
  return ok(inherited === undefined ? value : `${key}=${inherited}`);
};

const checkIp: Check = (value) =>
  isIpAddress(value.trim()) ? ok(value.trim()) : fail(`IP address is not correctly formatted: ${value}`);

/** Follows docker/cli opts/opts.go, ValidateDNSSearch. */
const checkDnsSearch: Check = (value) => {
  const domain = value.replace(/^ +| +$/g, '');
  if (domain === '.') return ok(domain);
  const valid = /^[a-zA-Z\d](?:[a-zA-Z\d-]*[a-zA-Z\d])?(?:\.[a-zA-Z\d](?:[a-zA-Z\d-]*[a-zA-Z\d])?)*\.?\s*$/;
  const fits = /[a-zA-Z]/.test(domain) && valid.test(domain) && domain.length < 255;
  return fits ? ok(domain.replace(/\.?\s*$/, '')) : fail(`${domain} is not a valid domain`);
};

/** `name:address` or `name=address`, kept with a colon. Follows docker/cli opts/hosts.go, ValidateExtraHost. */
const checkExtraHost: Check = (value) => {
  const cut = value.includes('=') ? value.indexOf('=') : value.indexOf(':');
  const name = value.slice(0, Math.max(0, cut));
  if (name === '' || name.includes(':')) return fail(`bad format for add-host: ${goQuote(value)}`);
  const address = value.slice(cut + 1).replace(/^\[(.+)\]$/, '$1');
  if (address !== 'host-gateway' && !isIpAddress(address.trim()))
    return fail(`invalid IP address in add-host: ${goQuote(address)}`);
  return ok(`${name}:${address}`);
};

/** Follows docker/cli opts/opts.go, ParseLink. */
const checkLink: Check = (value) => {
  if (value === '') return fail('empty string specified for links');
  return value.split(':').length > 2 ? fail(`bad format for links: ${value}`) : ok(value);
};

const checkAttach: Check = (value) =>
  /^(stdin|stdout|stderr)$/i.test(value) ? ok(value.toLowerCase()) : fail('valid streams are STDIN, STDOUT and STDERR');

const SYSCTLS = /^(kernel\.(msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced)|net\..*|fs\.mqueue\..*)=/;
const checkSysctl: Check = (value) => (SYSCTLS.test(value) ? ok(value) : fail(`sysctl '${value}' is not allowed`));

const checkGeneric: Check = (value) =>
  value.includes('=') ? ok(value) : fail(`invalid generic-resource format \`${value}\` expected \`name=value\``);

const checkExternalCa: Check = (value) => {
  const problem = externalCaProblem(value);
  return problem === undefined ? ok(value) : fail(problem);
};

/** Follows docker/cli cli/command/service/opts.go, credentialSpecOpt; there are no Windows containers here. */
const checkCredentialSpec: Check = (value) =>
  fail(
    /^(config|file|registry):\/\//.test(value)
      ? 'credential specs are for Windows containers, which are not modelled in this playground'
      : 'invalid credential spec: value must be prefixed with "config://", "file://", or "registry://"',
  );

const checkNodeAddress: Check = (value) => nodeAddress(value, '0.0.0.0:2377');

const CHECKS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ...['service create', 'secret create', 'config create', 'network create', 'volume create'].map(
    (path) => [`${path} label`, checkLabel] as const,
  ),
  ...['service create', 'service update', 'container run', 'container create'].flatMap((path): [string, Check][] => [
    [`${path} dns`, checkIp],
    [`${path} dns-search`, checkDnsSearch],
    [`${path} host`, checkExtraHost],
    [`${path} add-host`, checkExtraHost],
    [`${path} host-add`, checkExtraHost],
    [`${path} dns-add`, checkIp],
    [`${path} dns-search-add`, checkDnsSearch],
    [`${path} env`, checkEnv],
    [`${path} env-add`, checkEnv],
  ]),
  ['service create container-label', checkLabel],
  ['service update label-add', checkLabel],
  ['service update container-label-add', checkLabel],
  ['service create log-opt', checkEnv],
  ['service update log-opt', checkEnv],
  ['service create generic-resource', checkGeneric],
  ['service update generic-resource-add', checkGeneric],
  ...['health-interval', 'health-timeout', 'health-start-period', 'health-start-interval'].flatMap(
    (flag): [string, Check][] => [
      [`service create ${flag}`, checkPositiveDuration],
      [`service update ${flag}`, checkPositiveDuration],
    ],
  ),
  ...['container run', 'container create'].flatMap((path): [string, Check][] => [
    [`${path} label`, checkLabel],
    [`${path} link`, checkLink],
    [`${path} attach`, checkAttach],
    [`${path} sysctl`, checkSysctl],
    [`${path} memory-swap`, checkSwapBytes],
  ]),
  ['container update memory-swap', checkSwapBytes],
  ['container exec env', checkEnv],
  ['network connect link', checkLink],
  ['node-addr', checkNodeAddress],
  ['external-ca', checkExternalCa],
  ['credential-spec', checkCredentialSpec],
  ...objectChecks,
]);

/** The check of a flag; undefined when any text will do. */
export function checkFor(path: string, flag: FlagDefinition): Check | undefined {
  return CHECKS.get(`${path} ${flag.name}`) ?? CHECKS.get(flag.type) ?? TYPE_CHECKS.get(flag.type);
}
