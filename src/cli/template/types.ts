/**
 * The Go types of the Engine API as docker 28.2 holds them, for templates and for the order of JSON members.
 * Follows moby/moby api/types. `A { X T | Y=y? T | +E T }` is a struct: a field X, a field Y whose JSON name is y and
 * which is left out when empty, an embedded E. `A = T` is a named type, `A == T` an alias.
 */
export const GO_TYPES = `
swarm.Service { ID string | +Meta swarm.Meta | Spec? swarm.ServiceSpec | PreviousSpec? *swarm.ServiceSpec |
  Endpoint? swarm.Endpoint | UpdateStatus? *swarm.UpdateStatus | ServiceStatus? *swarm.ServiceStatus |
  JobStatus? *swarm.JobStatus }
swarm.Meta { Version? swarm.Version | CreatedAt? time.Time | UpdatedAt? time.Time }
swarm.Version { Index? uint64 }
swarm.ServiceSpec { +Annotations swarm.Annotations | TaskTemplate? swarm.TaskSpec | Mode? swarm.ServiceMode |
  UpdateConfig? *swarm.UpdateConfig | RollbackConfig? *swarm.UpdateConfig | Networks?
  []swarm.NetworkAttachmentConfig | EndpointSpec? *swarm.EndpointSpec }
swarm.Annotations { Name? string | Labels map[string]string }
swarm.TaskSpec { ContainerSpec? *swarm.ContainerSpec | PluginSpec? any | NetworkAttachmentSpec?
  *swarm.NetworkAttachmentSpec | Resources? *swarm.ResourceRequirements | RestartPolicy? *swarm.RestartPolicy |
  Placement? *swarm.Placement | Networks? []swarm.NetworkAttachmentConfig | LogDriver? *swarm.Driver |
  ForceUpdate uint64 | Runtime? swarm.RuntimeType }
swarm.ContainerSpec { Image? string | Labels? map[string]string | Command? []string | Args? []string | Hostname?
  string | Env? []string | Dir? string | User? string | Groups? []string | Privileges? *swarm.Privileges | Init?
  *bool | StopSignal? string | TTY? bool | OpenStdin? bool | ReadOnly? bool | Mounts? []mount.Mount |
  StopGracePeriod? *time.Duration | Healthcheck? *container.HealthConfig | Hosts? []string | DNSConfig?
  *swarm.DNSConfig | Secrets? []*swarm.SecretReference | Configs? []*swarm.ConfigReference | Isolation?
  container.Isolation | Sysctls? map[string]string | CapabilityAdd? []string | CapabilityDrop? []string |
  Ulimits? []*container.Ulimit | OomScoreAdj? int64 }
swarm.Privileges { CredentialSpec *swarm.CredentialSpec | SELinuxContext *swarm.SELinuxContext | Seccomp?
  *swarm.SeccompOpts | AppArmor? *swarm.AppArmorOpts | NoNewPrivileges bool }
swarm.CredentialSpec { Config string | File string | Registry string }
swarm.SELinuxContext { Disable bool | User string | Role string | Type string | Level string }
swarm.SeccompOpts { Mode? swarm.SeccompMode | Profile? []uint8 }
swarm.SeccompMode = string
swarm.AppArmorOpts { Mode? swarm.AppArmorMode }
swarm.AppArmorMode = string
mount.Mount { Type? mount.Type | Source? string | Target? string | ReadOnly? bool | Consistency?
  mount.Consistency | BindOptions? *mount.BindOptions | VolumeOptions? *mount.VolumeOptions | ImageOptions?
  *mount.ImageOptions | TmpfsOptions? *mount.TmpfsOptions | ClusterOptions? *mount.ClusterOptions }
mount.Type = string
mount.Consistency = string
mount.BindOptions { Propagation? mount.Propagation | NonRecursive? bool | CreateMountpoint? bool |
  ReadOnlyNonRecursive? bool | ReadOnlyForceRecursive? bool }
mount.Propagation = string
mount.VolumeOptions { NoCopy? bool | Labels? map[string]string | Subpath? string | DriverConfig? *mount.Driver }
mount.Driver { Name? string | Options? map[string]string }
mount.ImageOptions { Subpath? string }
mount.TmpfsOptions { SizeBytes? int64 | Mode? os.FileMode | Options? [][]string }
mount.ClusterOptions {  }
container.HealthConfig == dockerspec.HealthcheckConfig
dockerspec.HealthcheckConfig { Test? []string | Interval? time.Duration | Timeout? time.Duration | StartPeriod?
  time.Duration | StartInterval? time.Duration | Retries? int }
swarm.DNSConfig { Nameservers? []string | Search? []string | Options? []string }
swarm.SecretReference { File *swarm.SecretReferenceFileTarget | SecretID string | SecretName string }
swarm.SecretReferenceFileTarget { Name string | UID string | GID string | Mode os.FileMode }
swarm.ConfigReference { File? *swarm.ConfigReferenceFileTarget | Runtime? *swarm.ConfigReferenceRuntimeTarget |
  ConfigID string | ConfigName string }
swarm.ConfigReferenceFileTarget { Name string | UID string | GID string | Mode os.FileMode }
swarm.ConfigReferenceRuntimeTarget = struct{}
container.Isolation = string
container.Ulimit == units.Ulimit
units.Ulimit { Name string | Hard int64 | Soft int64 }
swarm.NetworkAttachmentSpec { ContainerID string }
swarm.ResourceRequirements { Limits? *swarm.Limit | Reservations? *swarm.Resources }
swarm.Limit { NanoCPUs? int64 | MemoryBytes? int64 | Pids? int64 }
swarm.Resources { NanoCPUs? int64 | MemoryBytes? int64 | GenericResources? []swarm.GenericResource }
swarm.GenericResource { NamedResourceSpec? *swarm.NamedGenericResource | DiscreteResourceSpec?
  *swarm.DiscreteGenericResource }
swarm.NamedGenericResource { Kind? string | Value? string }
swarm.DiscreteGenericResource { Kind? string | Value? int64 }
swarm.RestartPolicy { Condition? swarm.RestartPolicyCondition | Delay? *time.Duration | MaxAttempts? *uint64 |
  Window? *time.Duration }
swarm.RestartPolicyCondition = string
swarm.Placement { Constraints? []string | Preferences? []swarm.PlacementPreference | MaxReplicas? uint64 |
  Platforms? []swarm.Platform }
swarm.PlacementPreference { Spread *swarm.SpreadOver }
swarm.SpreadOver { SpreadDescriptor string }
swarm.Platform { Architecture? string | OS? string }
swarm.NetworkAttachmentConfig { Target? string | Aliases? []string | DriverOpts? map[string]string }
swarm.Driver { Name? string | Options? map[string]string }
swarm.RuntimeType = string
swarm.ServiceMode { Replicated? *swarm.ReplicatedService | Global? *swarm.GlobalService | ReplicatedJob?
  *swarm.ReplicatedJob | GlobalJob? *swarm.GlobalJob }
swarm.ReplicatedService { Replicas? *uint64 }
swarm.GlobalService = struct{}
swarm.ReplicatedJob { MaxConcurrent? *uint64 | TotalCompletions? *uint64 }
swarm.GlobalJob = struct{}
swarm.UpdateConfig { Parallelism uint64 | Delay? time.Duration | FailureAction? string | Monitor? time.Duration
  | MaxFailureRatio float32 | Order string }
swarm.EndpointSpec { Mode? swarm.ResolutionMode | Ports? []swarm.PortConfig }
swarm.ResolutionMode = string
swarm.PortConfig { Name? string | Protocol? swarm.PortConfigProtocol | TargetPort? uint32 | PublishedPort?
  uint32 | PublishMode? swarm.PortConfigPublishMode }
swarm.PortConfigProtocol = string
swarm.PortConfigPublishMode = string
swarm.Endpoint { Spec? swarm.EndpointSpec | Ports? []swarm.PortConfig | VirtualIPs? []swarm.EndpointVirtualIP }
swarm.EndpointVirtualIP { NetworkID? string | Addr? string }
swarm.UpdateStatus { State? swarm.UpdateState | StartedAt? *time.Time | CompletedAt? *time.Time | Message?
  string }
swarm.UpdateState = string
swarm.ServiceStatus { RunningTasks uint64 | DesiredTasks uint64 | CompletedTasks uint64 }
swarm.JobStatus { JobIteration swarm.Version | LastExecution? time.Time }
swarm.Node { ID string | +Meta swarm.Meta | Spec? swarm.NodeSpec | Description? swarm.NodeDescription | Status?
  swarm.NodeStatus | ManagerStatus? *swarm.ManagerStatus }
swarm.NodeSpec { +Annotations swarm.Annotations | Role? swarm.NodeRole | Availability? swarm.NodeAvailability }
swarm.NodeRole = string
swarm.NodeAvailability = string
swarm.NodeDescription { Hostname? string | Platform? swarm.Platform | Resources? swarm.Resources | Engine?
  swarm.EngineDescription | TLSInfo? swarm.TLSInfo | CSIInfo? []swarm.NodeCSIInfo }
swarm.EngineDescription { EngineVersion? string | Labels? map[string]string | Plugins? []swarm.PluginDescription
  }
swarm.PluginDescription { Type? string | Name? string }
swarm.TLSInfo { TrustRoot? string | CertIssuerSubject? []uint8 | CertIssuerPublicKey? []uint8 }
swarm.NodeCSIInfo { PluginName? string | NodeID? string | MaxVolumesPerNode? int64 | AccessibleTopology?
  *swarm.Topology }
swarm.Topology { Segments? map[string]string }
swarm.NodeStatus { State? swarm.NodeState | Message? string | Addr? string }
swarm.NodeState = string
swarm.ManagerStatus { Leader? bool | Reachability? swarm.Reachability | Addr? string }
swarm.Reachability = string
swarm.Task { ID string | +Meta swarm.Meta | +Annotations swarm.Annotations | Spec? swarm.TaskSpec | ServiceID?
  string | Slot? int | NodeID? string | Status? swarm.TaskStatus | DesiredState? swarm.TaskState |
  NetworksAttachments? []swarm.NetworkAttachment | GenericResources? []swarm.GenericResource | JobIteration?
  *swarm.Version | Volumes []swarm.VolumeAttachment }
swarm.TaskStatus { Timestamp? time.Time | State? swarm.TaskState | Message? string | Err? string |
  ContainerStatus? *swarm.ContainerStatus | PortStatus? swarm.PortStatus }
swarm.TaskState = string
swarm.ContainerStatus { ContainerID string | PID int | ExitCode int }
swarm.PortStatus { Ports? []swarm.PortConfig }
swarm.NetworkAttachment { Network? swarm.Network | Addresses? []string }
swarm.Network { ID string | +Meta swarm.Meta | Spec? swarm.NetworkSpec | DriverState? swarm.Driver |
  IPAMOptions? *swarm.IPAMOptions }
swarm.NetworkSpec { +Annotations swarm.Annotations | DriverConfiguration? *swarm.Driver | IPv6Enabled? bool |
  Internal? bool | Attachable? bool | Ingress? bool | IPAMOptions? *swarm.IPAMOptions | ConfigFrom?
  *network.ConfigReference | Scope? string }
swarm.IPAMOptions { Driver? swarm.Driver | Configs? []swarm.IPAMConfig }
swarm.IPAMConfig { Subnet? string | Range? string | Gateway? string }
network.ConfigReference { Network string }
swarm.VolumeAttachment { ID? string | Source? string | Target? string }
swarm.Swarm { +ClusterInfo swarm.ClusterInfo | JoinTokens swarm.JoinTokens }
swarm.ClusterInfo { ID string | +Meta swarm.Meta | Spec swarm.Spec | TLSInfo swarm.TLSInfo |
  RootRotationInProgress bool | DefaultAddrPool []string | SubnetSize uint32 | DataPathPort uint32 }
swarm.Spec { +Annotations swarm.Annotations | Orchestration? swarm.OrchestrationConfig | Raft? swarm.RaftConfig
  | Dispatcher? swarm.DispatcherConfig | CAConfig? swarm.CAConfig | TaskDefaults? swarm.TaskDefaults |
  EncryptionConfig? swarm.EncryptionConfig }
swarm.OrchestrationConfig { TaskHistoryRetentionLimit? *int64 }
swarm.RaftConfig { SnapshotInterval? uint64 | KeepOldSnapshots? *uint64 | LogEntriesForSlowFollowers? uint64 |
  ElectionTick int | HeartbeatTick int }
swarm.DispatcherConfig { HeartbeatPeriod? time.Duration }
swarm.CAConfig { NodeCertExpiry? time.Duration | ExternalCAs? []*swarm.ExternalCA | SigningCACert? string |
  SigningCAKey? string | ForceRotate? uint64 }
swarm.ExternalCA { Protocol swarm.ExternalCAProtocol | URL string | Options? map[string]string | CACert string }
swarm.ExternalCAProtocol = string
swarm.TaskDefaults { LogDriver? *swarm.Driver }
swarm.EncryptionConfig { AutoLockManagers bool }
swarm.JoinTokens { Worker string | Manager string }
swarm.Secret { ID string | +Meta swarm.Meta | Spec swarm.SecretSpec }
swarm.SecretSpec { +Annotations swarm.Annotations | Data? []uint8 | Driver? *swarm.Driver | Templating?
  *swarm.Driver }
swarm.Config { ID string | +Meta swarm.Meta | Spec swarm.ConfigSpec }
swarm.ConfigSpec { +Annotations swarm.Annotations | Data? []uint8 | Templating? *swarm.Driver }
container.InspectResponse { +ContainerJSONBase *container.ContainerJSONBase | Mounts []container.MountPoint |
  Config *container.Config | NetworkSettings *container.NetworkSettings | ImageManifestDescriptor?
  *v1.Descriptor }
container.ContainerJSONBase { ID=Id string | Created string | Path string | Args []string | State
  *container.State | Image string | ResolvConfPath string | HostnamePath string | HostsPath string | LogPath
  string | Name string | RestartCount int | Driver string | Platform string | MountLabel string | ProcessLabel
  string | AppArmorProfile string | ExecIDs []string | HostConfig *container.HostConfig | GraphDriver
  storage.DriverData | SizeRw? *int64 | SizeRootFs? *int64 }
container.State { Status container.ContainerState | Running bool | Paused bool | Restarting bool | OOMKilled
  bool | Dead bool | Pid int | ExitCode int | Error string | StartedAt string | FinishedAt string | Health?
  *container.Health }
container.ContainerState == string
container.Health { Status container.HealthStatus | FailingStreak int | Log []*container.HealthcheckResult }
container.HealthStatus == string
container.HealthcheckResult { Start time.Time | End time.Time | ExitCode int | Output string }
container.HostConfig { Binds []string | ContainerIDFile string | LogConfig container.LogConfig | NetworkMode
  container.NetworkMode | PortBindings nat.PortMap | RestartPolicy container.RestartPolicy | AutoRemove bool |
  VolumeDriver string | VolumesFrom []string | ConsoleSize [2]uint | Annotations? map[string]string | CapAdd
  strslice.StrSlice | CapDrop strslice.StrSlice | CgroupnsMode container.CgroupnsMode | DNS=Dns []string |
  DNSOptions=DnsOptions []string | DNSSearch=DnsSearch []string | ExtraHosts []string | GroupAdd []string |
  IpcMode container.IpcMode | Cgroup container.CgroupSpec | Links []string | OomScoreAdj int | PidMode
  container.PidMode | Privileged bool | PublishAllPorts bool | ReadonlyRootfs bool | SecurityOpt []string |
  StorageOpt? map[string]string | Tmpfs? map[string]string | UTSMode container.UTSMode | UsernsMode
  container.UsernsMode | ShmSize int64 | Sysctls? map[string]string | Runtime? string | Isolation
  container.Isolation | +Resources container.Resources | Mounts? []mount.Mount | MaskedPaths []string |
  ReadonlyPaths []string | Init? *bool }
container.LogConfig { Type string | Config map[string]string }
container.NetworkMode = string
nat.PortMap = map[nat.Port][]nat.PortBinding
nat.Port = string
nat.PortBinding { HostIP=HostIp string | HostPort string }
container.RestartPolicy { Name container.RestartPolicyMode | MaximumRetryCount int }
container.RestartPolicyMode = string
strslice.StrSlice = []string
container.CgroupnsMode = string
container.IpcMode = string
container.CgroupSpec = string
container.PidMode = string
container.UTSMode = string
container.UsernsMode = string
container.Resources { CPUShares=CpuShares int64 | Memory int64 | NanoCPUs=NanoCpus int64 | CgroupParent string |
  BlkioWeight uint16 | BlkioWeightDevice []*blkiodev.WeightDevice | BlkioDeviceReadBps
  []*blkiodev.ThrottleDevice | BlkioDeviceWriteBps []*blkiodev.ThrottleDevice | BlkioDeviceReadIOps
  []*blkiodev.ThrottleDevice | BlkioDeviceWriteIOps []*blkiodev.ThrottleDevice | CPUPeriod=CpuPeriod int64 |
  CPUQuota=CpuQuota int64 | CPURealtimePeriod=CpuRealtimePeriod int64 | CPURealtimeRuntime=CpuRealtimeRuntime
  int64 | CpusetCpus string | CpusetMems string | Devices []container.DeviceMapping | DeviceCgroupRules []string
  | DeviceRequests []container.DeviceRequest | KernelMemory? int64 | KernelMemoryTCP? int64 | MemoryReservation
  int64 | MemorySwap int64 | MemorySwappiness *int64 | OomKillDisable *bool | PidsLimit *int64 | Ulimits
  []*container.Ulimit | CPUCount=CpuCount int64 | CPUPercent=CpuPercent int64 | IOMaximumIOps uint64 |
  IOMaximumBandwidth uint64 }
blkiodev.WeightDevice { Path string | Weight uint16 }
blkiodev.ThrottleDevice { Path string | Rate uint64 }
container.DeviceMapping { PathOnHost string | PathInContainer string | CgroupPermissions string }
container.DeviceRequest { Driver string | Count int | DeviceIDs []string | Capabilities [][]string | Options
  map[string]string }
storage.DriverData { Data map[string]string | Name string }
container.MountPoint { Type? mount.Type | Name? string | Source string | Destination string | Driver? string |
  Mode string | RW bool | Propagation mount.Propagation }
container.Config { Hostname string | Domainname string | User string | AttachStdin bool | AttachStdout bool |
  AttachStderr bool | ExposedPorts? nat.PortSet | Tty bool | OpenStdin bool | StdinOnce bool | Env []string |
  Cmd strslice.StrSlice | Healthcheck? *container.HealthConfig | ArgsEscaped? bool | Image string | Volumes
  map[string]struct{} | WorkingDir string | Entrypoint strslice.StrSlice | NetworkDisabled? bool | MacAddress?
  string | OnBuild []string | Labels map[string]string | StopSignal? string | StopTimeout? *int | Shell?
  strslice.StrSlice }
nat.PortSet = map[nat.Port]struct{}
container.NetworkSettings { +NetworkSettingsBase container.NetworkSettingsBase | +DefaultNetworkSettings
  container.DefaultNetworkSettings | Networks map[string]*network.EndpointSettings }
container.NetworkSettingsBase { Bridge string | SandboxID string | SandboxKey string | Ports nat.PortMap |
  HairpinMode bool | LinkLocalIPv6Address string | LinkLocalIPv6PrefixLen int | SecondaryIPAddresses
  []network.Address | SecondaryIPv6Addresses []network.Address }
network.Address { Addr string | PrefixLen int }
container.DefaultNetworkSettings { EndpointID string | Gateway string | GlobalIPv6Address string |
  GlobalIPv6PrefixLen int | IPAddress string | IPPrefixLen int | IPv6Gateway string | MacAddress string }
network.EndpointSettings { IPAMConfig *network.EndpointIPAMConfig | Links []string | Aliases []string |
  MacAddress string | DriverOpts map[string]string | GwPriority int | NetworkID string | EndpointID string |
  Gateway string | IPAddress string | IPPrefixLen int | IPv6Gateway string | GlobalIPv6Address string |
  GlobalIPv6PrefixLen int | DNSNames []string }
network.EndpointIPAMConfig { IPv4Address? string | IPv6Address? string | LinkLocalIPs? []string }
v1.Descriptor { MediaType=mediaType string | Digest=digest digest.Digest | Size=size int64 | URLs=urls? []string
  | Annotations=annotations? map[string]string | Data=data? []uint8 | Platform=platform? *v1.Platform |
  ArtifactType=artifactType? string }
v1.Platform { Architecture=architecture string | OS=os string | OSVersion=os.version? string |
  OSFeatures=os.features? []string | Variant=variant? string }
image.InspectResponse { ID=Id string | RepoTags []string | RepoDigests []string | Parent string | Comment string
  | Created? string | Container? string | ContainerConfig? *container.Config | DockerVersion string | Author
  string | Config *dockerspec.DockerOCIImageConfig | Architecture string | Variant? string | Os string |
  OsVersion? string | Size int64 | VirtualSize? int64 | GraphDriver storage.DriverData | RootFS image.RootFS |
  Metadata image.Metadata | Descriptor? *v1.Descriptor | Manifests? []any }
dockerspec.DockerOCIImageConfig { +ImageConfig v1.ImageConfig | +DockerOCIImageConfigExt
  dockerspec.DockerOCIImageConfigExt }
v1.ImageConfig { User? string | ExposedPorts? map[string]struct{} | Env? []string | Entrypoint? []string | Cmd?
  []string | Volumes? map[string]struct{} | WorkingDir? string | Labels? map[string]string | StopSignal? string
  | ArgsEscaped? bool }
dockerspec.DockerOCIImageConfigExt { Healthcheck? *dockerspec.HealthcheckConfig | OnBuild? []string | Shell?
  []string }
image.RootFS { Type? string | Layers? []string }
image.Metadata { LastTagTime? time.Time }
network.Inspect { Name string | ID=Id string | Created time.Time | Scope string | Driver string | EnableIPv4
  bool | EnableIPv6 bool | IPAM network.IPAM | Internal bool | Attachable bool | Ingress bool | ConfigFrom
  network.ConfigReference | ConfigOnly bool | Containers map[string]network.EndpointResource | Options
  map[string]string | Labels map[string]string | Peers? []network.PeerInfo | Services?
  map[string]network.ServiceInfo }
network.IPAM { Driver string | Options map[string]string | Config []network.IPAMConfig }
network.IPAMConfig { Subnet? string | IPRange? string | Gateway? string | AuxAddress=AuxiliaryAddresses?
  map[string]string }
network.EndpointResource { Name string | EndpointID string | MacAddress string | IPv4Address string |
  IPv6Address string }
network.PeerInfo { Name string | IP string }
network.ServiceInfo { VIP string | Ports []string | LocalLBIndex int | Tasks []network.Task }
network.Task { Name string | EndpointID string | EndpointIP string | Info map[string]string }
volume.Volume { ClusterVolume? any | CreatedAt? string | Driver string | Labels map[string]string | Mountpoint
  string | Name string | Options map[string]string | Scope string | Status? map[string]any | UsageData?
  *volume.UsageData }
volume.UsageData { RefCount int64 | Size int64 }
system.Info { ID string | Containers int | ContainersRunning int | ContainersPaused int | ContainersStopped int
  | Images int | Driver string | DriverStatus [][2]string | SystemStatus? [][2]string | Plugins
  system.PluginsInfo | MemoryLimit bool | SwapLimit bool | KernelMemory? bool | KernelMemoryTCP? bool |
  CPUCfsPeriod=CpuCfsPeriod bool | CPUCfsQuota=CpuCfsQuota bool | CPUShares bool | CPUSet bool | PidsLimit bool
  | IPv4Forwarding bool | Debug bool | NFd int | OomKillDisable bool | NGoroutines int | SystemTime string |
  LoggingDriver string | CgroupDriver string | CgroupVersion? string | NEventsListener int | KernelVersion
  string | OperatingSystem string | OSVersion string | OSType string | Architecture string | IndexServerAddress
  string | RegistryConfig *registry.ServiceConfig | NCPU int | MemTotal int64 | GenericResources
  []swarm.GenericResource | DockerRootDir string | HTTPProxy=HttpProxy string | HTTPSProxy=HttpsProxy string |
  NoProxy string | Name string | Labels []string | ExperimentalBuild bool | ServerVersion string | Runtimes
  map[string]system.RuntimeWithStatus | DefaultRuntime string | Swarm swarm.Info | LiveRestoreEnabled bool |
  Isolation container.Isolation | InitBinary string | ContainerdCommit system.Commit | RuncCommit system.Commit
  | InitCommit system.Commit | SecurityOptions []string | ProductLicense? string | DefaultAddressPools?
  []system.NetworkAddressPool | FirewallBackend? *system.FirewallInfo | CDISpecDirs []string |
  DiscoveredDevices? []system.DeviceInfo | Containerd? *system.ContainerdInfo | Warnings []string }
system.PluginsInfo { Volume []string | Network []string | Authorization []string | Log []string }
registry.ServiceConfig { AllowNondistributableArtifactsCIDRs? []any | AllowNondistributableArtifactsHostnames?
  []string | IndexConfigs map[string]*registry.IndexInfo | InsecureRegistryCIDRs []any | Mirrors []string |
  ExtraFields=- map[string]any }
registry.IndexInfo { Mirrors []string | Name string | Official bool | Secure bool }
system.RuntimeWithStatus { +Runtime system.Runtime | Status=status? map[string]string }
system.Runtime { Path=path? string | Args=runtimeArgs? []string | Type=runtimeType? string | Options=options?
  map[string]any }
swarm.Info { NodeID string | NodeAddr string | LocalNodeState swarm.LocalNodeState | ControlAvailable bool |
  Error string | RemoteManagers []swarm.Peer | Nodes? int | Managers? int | Cluster? *swarm.ClusterInfo |
  Warnings? []string }
swarm.LocalNodeState = string
swarm.Peer { NodeID string | Addr string }
system.Commit { ID string | Expected? string }
system.NetworkAddressPool { Base string | Size int }
system.FirewallInfo { Driver string | Info? [][2]string }
system.DeviceInfo { Source string | ID string }
system.ContainerdInfo { Address? string | Namespaces system.ContainerdNamespaces }
system.ContainerdNamespaces { Containers string | Plugins string }
types.Version { Platform? types.Platform | Components? []types.ComponentVersion | Version string |
  APIVersion=ApiVersion string | MinAPIVersion? string | GitCommit string | GoVersion string | Os string | Arch
  string | KernelVersion? string | Experimental? bool | BuildTime? string }
types.ComponentVersion { Name string | Version string | Details? map[string]string }
events.Message { Status=status? string | ID=id? string | From=from? string | Type events.Type | Action
  events.Action | Actor events.Actor | Scope=scope? string | Time=time? int64 | TimeNano=timeNano? int64 }
events.Type = string
events.Action = string
events.Actor { ID string | Attributes map[string]string }
types.Platform { Name string }
digest.Digest = string
system.versionInfo { Client system.clientVersion | Server *types.Version }
system.platformInfo { Name? string }
system.clientVersion { Platform? *system.platformInfo | Version? string | APIVersion=ApiVersion? string |
  DefaultAPIVersion? string | GitCommit? string | GoVersion? string | Os? string | Arch? string | BuildTime?
  string | Context string }
system.clientInfo { Debug bool | +clientVersion system.clientVersion | Plugins []any | Warnings []string }
system.dockerInfo { +Info *system.Info | ServerErrors? []string | UserName=- string | ClientInfo?
  *system.clientInfo | ClientErrors? []string }
system.sparseInfo { ClientInfo? *system.clientInfo | ClientErrors? []string }
`;
