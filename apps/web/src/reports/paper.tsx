import { useEffect, useRef } from 'react';

/** A document of our server inside the page, with its own looks: in a shadow, so that neither touches the other. */
export function Paper({ html }: { html: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const holder = place.current!;
    const shadow = holder.shadowRoot ?? holder.attachShadow({ mode: 'open' });
    const { head, body } = new DOMParser().parseFromString(html, 'text/html');
    const sheet = document.createElement('article');
    sheet.className = 'report';
    // The page has its own main part; scripts would not run here, and there are none.
    sheet.append(...(body.querySelector('main')?.children ?? []));
    const title = sheet.querySelector('h1');
    if (title) title.outerHTML = `<h2 style="font-size:22px;margin:0">${title.innerHTML}</h2>`;
    shadow.replaceChildren(...head.querySelectorAll('style'), sheet);
  }, [html]);
  return <div ref={place} className="paper" />;
}
