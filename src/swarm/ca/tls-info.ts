/** What the Engine API shows of the authority: GET /swarm, GET /nodes. Follows moby/moby convert/swarm.go. */
import type { TLSInfo } from '../../api/index';
import { issuerOf } from './root';

const known = new Map<string, TLSInfo>();

/** Of a root certificate in PEM. */
function tlsInfo(certificate: string): TLSInfo {
  let info = known.get(certificate);
  if (!info) {
    const { subject, publicKey } = issuerOf(certificate);
    info = Object.freeze({ TrustRoot: certificate, CertIssuerSubject: subject, CertIssuerPublicKey: publicKey });
    if (known.size > 100) known.clear();
    known.set(certificate, info);
  }
  return info;
}

/** Of the root of the moment; an agent asks again and again, and the root stays. */
export function tlsInfoReader(root: () => { readonly certificate: string } | undefined): () => TLSInfo | undefined {
  let last: { readonly certificate: string } | undefined;
  let info: TLSInfo | undefined;
  return () => {
    const now = root();
    if (now !== last) info = now && tlsInfo(now.certificate);
    last = now;
    return info;
  };
}
