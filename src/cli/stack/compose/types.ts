/** A Compose file after loading: every short form written out. Follows docker/cli cli/compose/types/types.go. */
import type { Dict } from './yaml';

export interface StringMap {
  readonly [key: string]: string;
}

/** Durations are Go texts (`1m30s`), as the file's own are. */
export interface UpdatePolicy {
  readonly parallelism?: number;
  readonly delay?: string;
  readonly failure_action?: string;
  readonly monitor?: string;
  readonly max_failure_ratio?: number;
  readonly order?: string;
}

interface ResourceAmounts {
  readonly cpus?: string;
  /** Bytes. */
  readonly memory?: number;
  readonly pids?: number;
  readonly generic_resources?: readonly { readonly discrete_resource_spec?: { kind: string; value: number } }[];
}

export interface Deploy {
  readonly mode?: string;
  readonly replicas?: number;
  readonly labels?: StringMap;
  readonly update_config?: UpdatePolicy;
  readonly rollback_config?: UpdatePolicy;
  readonly resources?: { readonly limits?: ResourceAmounts; readonly reservations?: ResourceAmounts };
  readonly restart_policy?: {
    readonly condition?: string;
    readonly delay?: string;
    readonly max_attempts?: number;
    readonly window?: string;
  };
  readonly placement?: {
    readonly constraints?: readonly string[];
    readonly preferences?: readonly { readonly spread?: string }[];
    readonly max_replicas_per_node?: number;
  };
  readonly endpoint_mode?: string;
}

export interface Healthcheck {
  readonly test?: readonly string[];
  readonly timeout?: string;
  readonly interval?: string;
  readonly retries?: number;
  readonly start_period?: string;
  readonly start_interval?: string;
  readonly disable?: boolean;
}

export interface ServicePort {
  readonly mode?: string;
  readonly target?: number;
  readonly published?: number;
  readonly protocol?: string;
}

export interface ServiceVolume {
  readonly type?: string;
  readonly source?: string;
  readonly target?: string;
  readonly read_only?: boolean;
  readonly consistency?: string;
  readonly bind?: { readonly propagation?: string };
  readonly volume?: { readonly nocopy?: boolean };
  readonly tmpfs?: { readonly size?: number };
}

export interface FileReference {
  readonly source: string;
  readonly target?: string;
  readonly uid?: string;
  readonly gid?: string;
  readonly mode?: number;
}

interface ServiceNetwork {
  readonly aliases?: readonly string[];
  readonly driver_opts?: StringMap;
}

export interface Service {
  readonly name: string;
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly command?: readonly string[];
  readonly configs?: readonly FileReference[];
  readonly credential_spec?: { readonly config?: string; readonly file?: string; readonly registry?: string };
  readonly deploy?: Deploy;
  readonly dns?: readonly string[];
  readonly dns_search?: readonly string[];
  readonly entrypoint?: readonly string[];
  /** A variable without a value is null. */
  readonly environment: { readonly [key: string]: string | null };
  /** `host:address`. */
  readonly extra_hosts?: readonly string[];
  readonly healthcheck?: Healthcheck;
  readonly hostname?: string;
  readonly image?: string;
  readonly init?: boolean;
  readonly isolation?: string;
  readonly labels?: StringMap;
  readonly logging?: { readonly driver?: string; readonly options?: StringMap };
  readonly networks?: { readonly [name: string]: ServiceNetwork | null };
  readonly ports?: readonly ServicePort[];
  readonly read_only?: boolean;
  readonly restart?: string;
  readonly secrets?: readonly FileReference[];
  readonly stdin_open?: boolean;
  readonly stop_grace_period?: string;
  readonly stop_signal?: string;
  readonly sysctls?: StringMap;
  readonly tty?: boolean;
  readonly ulimits?: { readonly [name: string]: number | { readonly soft: number; readonly hard: number } };
  readonly user?: string;
  readonly volumes?: readonly ServiceVolume[];
  readonly working_dir?: string;
}

/** What external objects are called is in `name`. */
interface Named {
  readonly name?: string;
  readonly external: boolean;
  readonly labels?: StringMap;
  readonly driver?: string;
  readonly driver_opts?: StringMap;
}

export interface ComposeNetwork extends Named {
  readonly ipam?: { readonly driver?: string; readonly config?: readonly { readonly subnet?: string }[] };
  readonly internal?: boolean;
  readonly attachable?: boolean;
}

export type ComposeVolume = Named;

export interface ComposeFileObject extends Named {
  /** An absolute path. */
  readonly file?: string;
  readonly template_driver?: string;
}

export interface ComposeConfig {
  readonly version: string;
  readonly services: readonly Service[];
  readonly networks: ReadonlyMap<string, ComposeNetwork>;
  readonly volumes: ReadonlyMap<string, ComposeVolume>;
  readonly secrets: ReadonlyMap<string, ComposeFileObject>;
  readonly configs: ReadonlyMap<string, ComposeFileObject>;
  /** Its own members of x-. */
  readonly extras: Dict;
}
