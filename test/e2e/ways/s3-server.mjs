/** An S3 server nobody here wrote, over a folder: `node s3-server.mjs FOLDER PORT`. Key S3RVER, secret S3RVER. */
import S3rver from 's3rver';

const [directory, port] = process.argv.slice(2);
await new S3rver({
  address: '127.0.0.1',
  port: Number(port),
  silent: true,
  directory,
  configureBuckets: [{ name: 'visits' }],
}).run();
console.log('ready');
