/** The image of a service spec on its way out. Follows moby/moby client/service_create.go. */
import { familiarString, parseReference, tagNameOnly } from '../base/reference';
import type { DistributionInspect, Platform, ServiceSpec, TaskSpec } from './types';

/** The spec as it is sent: a container spec is there, and its image has a tag or a digest. */
export function tagged(spec: ServiceSpec): ServiceSpec {
  const template = spec.TaskTemplate ?? {};
  const container = template.ContainerSpec ?? {};
  const reference = parseReference(container.Image ?? '');
  if (!reference.ok)
    return template.ContainerSpec ? spec : withTemplate(spec, { ...template, ContainerSpec: container });
  const Image = familiarString(tagNameOnly(reference.value));
  if (Image === container.Image) return spec;
  return withTemplate(spec, { ...template, ContainerSpec: { ...container, Image } });
}

/** The spec with the digest and platforms that the registry gave, or as it was with the warning that docker prints. */
export function pinnedImage(
  spec: ServiceSpec,
  image: string,
  found: DistributionInspect | undefined,
): { spec: ServiceSpec; warning: readonly string[] } {
  if (!found) {
    const warning =
      `image ${image} could not be accessed on a registry to record\n` +
      `its digest. Each node will access ${image} independently,\n` +
      'possibly leading to different nodes running different\nversions of the image.\n';
    return { spec, warning: [warning] };
  }
  const template = spec.TaskTemplate ?? {};
  const reference = parseReference(image);
  const Image =
    reference.ok && reference.value.digest === undefined
      ? familiarString({ ...reference.value, digest: found.Descriptor.digest })
      : image;
  const platforms = found.Platforms.map(
    ({ architecture, os }): Platform => ({
      Architecture: architecture.toLowerCase() === 'arm' ? '' : architecture,
      OS: os,
    }),
  );
  const pinned: TaskSpec = { ...template, ContainerSpec: { ...template.ContainerSpec, Image } };
  const placed: TaskSpec =
    platforms.length === 0 ? pinned : { ...pinned, Placement: { ...template.Placement, Platforms: platforms } };
  return { spec: withTemplate(spec, placed), warning: [] };
}

function withTemplate(spec: ServiceSpec, template: TaskSpec): ServiceSpec {
  return { ...spec, TaskTemplate: template };
}
