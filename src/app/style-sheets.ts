/**
 * xterm writes its colours into <style> elements, which the page's policy forbids. While it opens, the elements that
 * it makes pass their text on to constructed sheets, which are allowed; so do later changes of theme and font.
 */
export function withSheets<T>(work: () => T): T {
  const original = document.createElement;
  const patched = function (this: Document, name: string, options?: ElementCreationOptions): HTMLElement {
    const element = original.call(this, name, options) as HTMLElement;
    if (name.toLowerCase() === 'style') passOn(element);
    return element;
  };
  document.createElement = patched as typeof document.createElement;
  try {
    return work();
  } finally {
    document.createElement = original;
  }
}

/** Its selected and coloured cells get style attributes, forbidden too; the same rules set as properties are not. */
export function stylesAsProperties(): void {
  const original = HTMLSpanElement.prototype.setAttribute;
  HTMLSpanElement.prototype.setAttribute = function (name: string, value: string): void {
    if (name === 'style') this.style.cssText = value;
    else original.call(this, name, value);
  };
}

function passOn(element: HTMLElement): void {
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  let text = '';
  Object.defineProperty(element, 'textContent', {
    get: () => text,
    set: (value: string | null) => {
      text = value ?? '';
      sheet.replaceSync(text);
    },
  });
  element.remove = () => {
    Element.prototype.remove.call(element);
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
  };
}
