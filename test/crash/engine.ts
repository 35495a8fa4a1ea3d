import { startEngine } from '#embedded-clickhouse';

/*
 * The engine in a process that can be killed. It is started ahead of need and opens the folder when told to: two
 * processes cannot hold it.
 */
process.on('message', (message: { dataPath: string; port: number }) => {
  void startEngine({ dataPath: message.dataPath, port: message.port, databases: ['bellwether'] }).then(({ url }) =>
    process.send?.({ kind: 'ready', url }),
  );
});
process.on('disconnect', () => process.exit(0));
