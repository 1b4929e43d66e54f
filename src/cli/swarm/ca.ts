/** docker swarm ca. Follows docker/cli cli/command/swarm/ca.go and progress/root_rotation.go. */
import type { Node, Swarm, SwarmSpec, TLSInfo } from '../../api/index';
import { toHex, utf8 } from '../../base/bytes';
import { Errno, type Process, readFile, sleep } from '../../base/process';
import { sha256 } from '../../base/sha256';
import { resolvePath } from '../arguments';
import { type Cli, CliError, type Invocation } from '../command';
import { findCommand } from '../data/catalog';
import { flagProblem } from '../flags/flag-set';
import { MessageDisplay } from '../format/json-stream';
import { flagRefusal } from '../help/refusal';
import { mergeCaFlags } from './spec';

const POLL_MICROS = 200_000;

export function* swarmCa(cli: Cli, invocation: Invocation): Process<number> {
  const { flags } = invocation;
  const certificate = yield* pemFile(cli, invocation, 'ca-cert');
  const key = yield* pemFile(cli, invocation, 'ca-key');
  const swarm = yield* cli.client.swarmInspect();
  if (!flags.bool('rotate')) {
    for (const flag of ['ca-cert', 'ca-key', 'cert-expiry', 'external-ca']) {
      if (flags.changed(flag)) throw new CliError(`\`--${flag}\` flag requires the \`--rotate\` flag to update the CA`);
    }
    return yield* displayTrustRoot(cli, swarm);
  }
  if (flags.changed('external-ca') && certificate === '')
    throw new CliError(
      "rotating to an external CA requires the `--ca-cert` flag to specify the external CA's cert - " +
        'to add an external CA with the current root CA certificate, use the `update` command instead',
    );
  if (certificate !== '' && !flags.changed('external-ca') && key === '')
    throw new CliError(
      'the --ca-cert flag requires that a --ca-key flag and/or --external-ca flag be provided as well',
    );
  const spec = mergeCaFlags(swarm.Spec, flags);
  const CAConfig: SwarmSpec['CAConfig'] = {
    ...spec.CAConfig,
    SigningCACert: certificate,
    SigningCAKey: key,
    ...(certificate === '' && key === '' ? { ForceRotate: (spec.CAConfig?.ForceRotate ?? 0) + 1 } : {}),
  };
  yield* cli.client.swarmUpdate(
    swarm.Version,
    { ...spec, CAConfig },
    { rotateWorkerToken: false, rotateManagerToken: false, rotateManagerUnlockKey: false },
  );
  if (flags.bool('detach')) return 0;
  yield* waitForRotation(cli, flags.bool('quiet'));
  return flags.bool('quiet') ? 0 : yield* displayTrustRoot(cli, yield* cli.client.swarmInspect());
}

/** The text of a PEM file that a flag names, '' when it was not given. Its faults are those of a flag. */
function* pemFile(cli: Cli, { flags }: Invocation, name: string): Process<string> {
  if (!flags.changed(name)) return '';
  const path = flags.string(name);
  const command = findCommand('swarm ca')!;
  const definition = command.flags.find((flag) => flag.name === name)!;
  const refuse = (why: string): CliError => new CliError(flagRefusal(command, flagProblem(definition, path, why)), 125);
  try {
    const text = yield* readFile(resolvePath(cli.cwd, path));
    if (!/-----BEGIN [^-]+-----[\s\S]*-----END [^-]+-----/.test(text))
      throw refuse('file contents must be in PEM format');
    return text;
  } catch (error) {
    if (error instanceof Errno) throw refuse(`open ${path}: ${error.message.toLowerCase()}`);
    throw error;
  }
}

function* displayTrustRoot(cli: Cli, swarm: Swarm): Process<number> {
  const root = swarm.TLSInfo.TrustRoot ?? '';
  if (root === '') throw new CliError('No CA information available');
  yield* cli.out(`${root.trim()}\n`);
  return 0;
}

const DIGEST = 'desired root digest';
const CERTIFICATES = '  rotated TLS certificates';
const ROOTS = '  rotated CA certificates';

/** Asks again until every node has a certificate of the new root and trusts no other. */
function* waitForRotation(cli: Cli, quiet: boolean): Process<void> {
  const display = new MessageDisplay(1, (text) => cli.out(text));
  const show = function* (id: string, status: string, current = 0, total = 0): Process<void> {
    const progress = { current, total, ...(total > 0 ? { units: 'nodes' } : {}) };
    if (!quiet) yield* display.show({ id, status, progress });
  };
  yield* show(DIGEST, '');
  yield* show(CERTIFICATES, '');
  yield* show(ROOTS, ' ');
  for (let done = false; ; ) {
    const swarm = yield* cli.client.swarmInspect();
    if (done) return;
    const nodes = yield* cli.client.nodeList();
    const wanted = swarm.TLSInfo;
    yield* show(DIGEST, `sha256:${toHex(sha256(utf8(wanted.TrustRoot ?? '')))}`);
    const renewed = nodes.filter((node) => isIssuedBy(node, wanted)).length;
    yield* show(CERTIFICATES, '', renewed, nodes.length);
    const trusting = nodes.filter((node) => node.Description.TLSInfo?.TrustRoot === wanted.TrustRoot).length;
    const converged = renewed === nodes.length && !swarm.RootRotationInProgress;
    yield* show(ROOTS, ' ', converged ? trusting : 0, nodes.length);
    done = converged && trusting === nodes.length;
    yield* sleep(POLL_MICROS);
  }
}

function isIssuedBy(node: Node, wanted: TLSInfo): boolean {
  const own = node.Description.TLSInfo;
  return own?.CertIssuerPublicKey === wanted.CertIssuerPublicKey && own?.CertIssuerSubject === wanted.CertIssuerSubject;
}
