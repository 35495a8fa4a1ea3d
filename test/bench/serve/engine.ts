import { startEngine } from '#embedded-clickhouse';
import { obey } from './process.js';

const { dataPath } = JSON.parse(process.argv[2] ?? '{}') as { dataPath: string };
const engine = await startEngine({ dataPath });
obey(engine.url, () => engine.close());
