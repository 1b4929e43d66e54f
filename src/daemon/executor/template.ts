/**
 * The placeholders that a task's hostname, environment and mounts may have: `{{.Task.Slot}}` and its kin.
 * Follows moby/swarmkit template/context.go and expand.go.
 */
import type { TaskObject } from '../../swarm/index';

export interface TemplateNode {
  readonly id: string;
  readonly hostname: string;
}

/** A field of the context by its path, undefined when there is none. */
function field(path: string, task: TaskObject, node: TemplateNode): string | undefined {
  const slot = task.slot > 0 ? String(task.slot) : task.nodeId;
  switch (path) {
    case '.Service.ID':
      return task.serviceId;
    case '.Service.Name':
      return task.serviceName;
    case '.Node.ID':
      return node.id;
    case '.Node.Hostname':
      return node.hostname;
    case '.Node.Platform.OS':
      return 'linux';
    case '.Node.Platform.Architecture':
      return 'x86_64';
    case '.Task.ID':
      return task.id;
    case '.Task.Name':
      return taskName(task);
    case '.Task.Slot':
      return slot;
    default:
      return undefined;
  }
}

/** `web.1.<task id>`; of a global service the node's id stands for the slot. Follows moby/swarmkit api/naming/naming.go. */
export function taskName(task: TaskObject): string {
  return `${task.serviceName}.${task.slot > 0 ? task.slot : task.nodeId}.${task.id}`;
}

/** More that a placeholder can be, tried first: functions of a config (`env "X"`). undefined: not known. */
export type MoreFields = (expression: string) => string | undefined;

/** The text with its placeholders filled in; an unknown one is an error in Go's words. */
export function expand(
  text: string,
  task: TaskObject,
  node: TemplateNode,
  more: MoreFields = () => undefined,
): { readonly text: string } | { readonly error: string } {
  if (!text.includes('{{')) return { text };
  let error = '';
  const out = text.replace(/\{\{-?\s*(.*?)\s*-?\}\}/gs, (whole, expression: string) => {
    const label = /^index\s+\.Service\.Labels\s+"([^"]*)"$/.exec(expression);
    const value = more(expression) ?? (label ? (task.serviceLabels[label[1]!] ?? '') : field(expression, task, node));
    if (value !== undefined) return value;
    const name = expression.split('.').at(-1) ?? expression;
    error ||= `template: expansion:1:2: executing "expansion" at <${expression}>: can't evaluate field ${name} in type template.Context`;
    return whole;
  });
  return error === '' ? { text: out } : { error };
}
