/**
 * The swarm's certificate authority: a P-256 key and the certificate that it signs for itself, twenty years long.
 * Follows moby/swarmkit ca/certificates.go, CreateRootCA.
 */
import { type Bytes, fromArray, fromBase64, toArray, toBase64, toHex } from '../../base/bytes';
import type { Micros } from '../../base/process';
import type { RandomStream } from '../../base/random';
import { sha256 } from '../../base/sha256';
import type { RootCA } from '../objects';
import { curve } from './curve';
import { bits, boolean, integer, octets, oid, pem, printable, sequence, set, tagged, utcTime } from './der';
import { newJoinToken } from './token';

const SECOND: Micros = 1_000_000;
/** 630,720,000 s. */
const ROOT_VALIDITY: Micros = 20 * 365 * 24 * 3600 * SECOND;
/** What a clock may be wrong by: certificates begin five minutes before they are made, by cfssl's default. */
const ROOT_BACKDATE: Micros = 300 * SECOND;

const ECDSA_WITH_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));
const EC_PUBLIC_KEY_P256 = sequence(oid('1.2.840.10045.2.1'), oid('1.2.840.10045.3.1.7'));

/** CN=swarm-ca. */
const SUBJECT = sequence(set(sequence(oid('2.5.4.3'), printable('swarm-ca'))));

function subjectPublicKey(point: Bytes): Bytes {
  return sequence(EC_PUBLIC_KEY_P256, bits(point));
}

/** A new authority, from its own stream of chance, with both join tokens. */
export function newRootCA(random: RandomStream, now: Micros): RootCA {
  // Below the order of the group, which begins with ffffffff00000000ffffffff.
  const key = `\x7f${random.bytes(31)}`;
  const point = fromArray(curve().getPublicKey(toArray(key), false));
  const serial = `\x5a${random.bytes(19)}`;
  const keyId = sha256(point).slice(0, 20);
  // Whole minutes, as cfssl rounds.
  const notBefore = Math.floor((now - ROOT_BACKDATE) / (60 * SECOND)) * 60 * SECOND;
  const extensions = sequence(
    sequence(oid('2.5.29.15'), boolean(true), octets(bits('\x06', 1))),
    sequence(oid('2.5.29.19'), boolean(true), octets(sequence(boolean(true)))),
    sequence(oid('2.5.29.14'), octets(octets(keyId))),
  );
  const body = sequence(
    tagged(0xa0, integer('\x02')),
    integer(serial),
    ECDSA_WITH_SHA256,
    SUBJECT,
    sequence(utcTime(notBefore), utcTime(notBefore + ROOT_VALIDITY)),
    SUBJECT,
    subjectPublicKey(point),
    tagged(0xa3, extensions),
  );
  const signature = fromArray(curve().sign(toArray(body), toArray(key), { format: 'der' }));
  const certificate = pem('CERTIFICATE', sequence(body, ECDSA_WITH_SHA256, bits(signature)));
  const digest = toHex(sha256(certificate));
  const joinTokens = { worker: newJoinToken(digest, random), manager: newJoinToken(digest, random) };
  const privateKey = pem('EC PRIVATE KEY', sequence(integer('\x01'), octets(key)));
  return { certificate, key: privateKey, digest, joinTokens, lastForcedRotation: 0, rotationInProgress: false };
}

/** What GET /swarm and a node's description show of the authority. Base64 of DER. */
export function issuerOf(certificate: string): { readonly subject: string; readonly publicKey: string } {
  const der = fromBase64(certificate.replace(/-----[A-Z ]+-----|\n/g, '')) ?? '';
  // The key's header stands once in a certificate; the point of 65 bytes follows it.
  const header = subjectPublicKey('\x04'.padEnd(65, '\x00')).slice(0, -65);
  const at = der.indexOf(header);
  return { subject: toBase64(SUBJECT), publicKey: toBase64(der.slice(at, at + header.length + 65)) };
}
