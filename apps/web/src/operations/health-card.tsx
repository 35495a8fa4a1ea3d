import { useEffect, useState } from 'react';

interface Health {
  readonly ready: boolean;
  readonly parts: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[];
}

const NAMES: Readonly<Record<string, string>> = { warehouse: 'Warehouse', rawStore: 'Raw store' };

/** The state of each part. What is not ready answers too, with 503, so this does not ask as other questions do. */
export function HealthCard({ pulse }: { pulse: string }) {
  const [health, setHealth] = useState<Health>();
  useEffect(() => {
    const leaving = new AbortController();
    fetch('/readyz', { signal: leaving.signal })
      .then(async (response) => setHealth((await response.json()) as Health))
      .catch(() => {
        if (!leaving.signal.aborted)
          setHealth({ ready: false, parts: [{ name: 'Interface', ok: false, detail: 'does not answer' }] });
      });
    return () => leaving.abort();
  }, [pulse]);
  return (
    <section className="card" aria-label="System">
      <div className="card-head">
        <h2>System</h2>
        {health && (
          <span className="state" data-tone={health.ready ? 'good' : 'bad'} style={{ fontSize: 14 }}>
            {health.ready ? 'Everything answers' : 'Not ready'}
          </span>
        )}
      </div>
      <table className="rows">
        <tbody>
          {health?.parts.map(({ name, ok, detail }) => (
            <tr key={name}>
              <th scope="row" style={{ fontSize: 14, color: 'inherit' }}>
                {NAMES[name] ?? name}
              </th>
              <td>
                <span className="state" data-tone={ok ? 'good' : 'bad'}>
                  {ok ? 'Answers' : 'Does not answer'}
                </span>
              </td>
              <td className="quiet">{detail}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="note" style={{ marginTop: 10 }}>
        <a href="/about">Addresses of the interfaces</a> · <a href="/docs">REST</a> · <a href="/graphql">GraphQL</a>
      </p>
    </section>
  );
}
