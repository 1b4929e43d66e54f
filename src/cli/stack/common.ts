/** What the stack commands share. Follows docker/cli cli/command/stack/common.go and cli/compose/convert/compose.go. */
import { type Filters, filtersOf } from '../../api/index';
import { goQuote } from '../../base/go-quote';
import { CliError } from '../command';

export const NAMESPACE_LABEL = 'com.docker.stack.namespace';
export const IMAGE_LABEL = 'com.docker.stack.image';

/** Throws CliError for a name of blanks and quotes. */
export function checkStackName(name: string): void {
  if (/^[\s"']*$/.test(name)) throw new CliError(`invalid stack name: ${goQuote(name)}`);
}

/** What belongs to a stack. */
export function stackFilters(name: string): Filters {
  return filtersOf(['label', `${NAMESPACE_LABEL}=${name}`]);
}

/** `mystack_web`. */
export function scope(stack: string, name: string): string {
  return `${stack}_${name}`;
}

/** Labels with that of the stack. */
export function withStackLabel(
  stack: string,
  labels: { readonly [key: string]: string } | undefined,
): { [key: string]: string } {
  return { ...labels, [NAMESPACE_LABEL]: stack };
}
