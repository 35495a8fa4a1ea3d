import { archived, cool, hot, plain } from './kinds.fixture.js';
import { rawStoreContract } from './raw-store.contract.js';

for (const kind of [hot, cool, archived, plain]) rawStoreContract(kind);
