import { archived, blocking, cool, hot, plain } from './kinds.fixture.js';
import { rawStoreContract } from './raw-store.contract.js';

for (const kind of [hot, blocking, cool, archived, plain]) rawStoreContract(kind);
