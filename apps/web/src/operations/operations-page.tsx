import { useEffect, useState } from 'react';
import { usePulse } from '../ask/live.js';
import { useDataset } from '../shell/catalogue.js';
import { DeadLetterCard } from './dead-letter-card.js';
import { FeedsCard } from './feeds-card.js';
import { FlowCard } from './flow-card.js';
import { HealthCard } from './health-card.js';
import { SilentCard } from './silent-card.js';

const AGAIN_MS = 5000;

/** For those who run it: what flows, what is stuck, who has fallen silent. */
export default function OperationsPage() {
  const dataset = useDataset();
  const commits = usePulse(dataset.id, 'nation:us');
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTurn((before) => before + 1), AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  const pulse = `${commits}/${turn}`;
  return (
    <>
      <div className="title">
        <h1>Operations</h1>
        <p>What flows, what is stuck, and who has fallen silent</p>
      </div>
      <div className="split">
        <FlowCard pulse={pulse} timeZone={dataset.time_zone} />
        <HealthCard pulse={pulse} />
      </div>
      <div className="stack" style={{ marginTop: 16 }}>
        <DeadLetterCard pulse={pulse} timeZone={dataset.time_zone} />
        <div className="halves">
          <FeedsCard pulse={pulse} timeZone={dataset.time_zone} />
          <SilentCard dataset={dataset} />
        </div>
      </div>
    </>
  );
}
