/** What the Engine API shows of the authority: GET /swarm, GET /nodes. Follows moby/moby convert/swarm.go. */
import type { TLSInfo } from '../../api/index';
import { issuerOf } from './root';

const known = new Map<string, TLSInfo>();

/** Of a root certificate in PEM. */
export function tlsInfo(certificate: string): TLSInfo {
  let info = known.get(certificate);
  if (!info) {
    const { subject, publicKey } = issuerOf(certificate);
    info = Object.freeze({ TrustRoot: certificate, CertIssuerSubject: subject, CertIssuerPublicKey: publicKey });
    if (known.size > 100) known.clear();
    known.set(certificate, info);
  }
  return info;
}
