/** What a command is started with. It resolves when it is done; its errors go to the person. */
export type Command = (start: {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile: (path: string) => string;
}) => Promise<void>;

export const HELP = `Usage: bellwether COMMAND [options]

  load PATH... --feed FEED      take files, or all files of folders, in; waits until they are counted
  load --manifest FILE          take in history: a CSV of arrival_time,path,feed (paths beside the file)
  dead-letters [list]           what does not count, and why; narrowed by --feed, --state, --code, --step, --since
  dead-letters show SUBMISSION  the same in full, with each row in error
  dead-letters replay WHICH     read again, after the cause was put right: submissions, or a filter as above, or --dry
  dead-letters discard WHICH --reason TEXT   looked at, and not wanted any more; nothing is deleted
  replay SUBMISSION...          short for dead-letters replay
  undo SUBMISSION --reason TEXT [--dry-run]
                                as if the file had never come; undoing the order takes it back
  withdraw SUBMISSION --reason TEXT [--dry-run]
                                its sender takes the file back: the facility reports nothing until a higher version
  try FILE --feed FEED          what a file would change, were it sent: nothing is kept
  status                        feeds, submissions and what became of them
  series --dataset D --category C --region LEVEL:CODE [--from DAY --to DAY] [--csv]
  completeness --dataset D --region LEVEL:CODE [--from DAY --to DAY] [--csv]
  detect --method M --series FILE.json [--params A=1,B=2] [--name SERIES] [--first DAY] [--last DAY]
                                run a detector of outbreaks over series of a file; detect --list says which there are
  alarms [list]                 where more is counted than the past lets expect: --dataset, --rule, --state, --from, --to
  alarms show|replay ALARM      what was done and found; repeat its run from what was known then: equal or not
  alarms at ALARM --as-of T     would it have been an alarm then? Also: at --rule R --region LEVEL:CODE --category C --day D
  alarms acknowledge|snooze|dismiss|close|reopen|assign ALARM --reason TEXT [--until T] [--assignee WHO]
  checksum [--answers N]        checksums of the tables by dataset and year, and of what N regions a level answer
  disclosure --dataset D [--from DAY --to DAY]
                                which small counts could be derived from all that was released, by linear programs
  rebuild [--dataset D] [--into NAME] [--fresh] [--swap]
                                make everything again from the raw store, in a database beside; prove it equal
  backup --to DIR               add a backup; what is there already is not stored twice. backup verify --to DIR reads all
  restore --from DIR --into FOLDER [--at INSTANT]
                                make a data folder as it was, now or at an instant
  silent [list] --dataset D [--days 90] [--on DAY]
                                facilities that take part and have said nothing for long
  silent confirm FACILITY... --dataset D --reason WHY [--on DAY]
                                close them, from the day after their last report or from DAY on; silent reopen takes it back
  key issue NAME [--role ROLE] [--region R] [--category C] [--days N]   a new principal and its API key, shown once
  key rotate NAME [--overlap 14]   another key; those before are taken for so many more days
  key revoke NAME [--key KEY]   take back one key, or all
  key list; key inactive [--idle 14]   keys, expiry, last use; those that nobody uses
  key --id NAME [--role ROLE]   print an entry for config/access/keys.yaml, and change nothing
  key --soap --id NAME          the secret with which that principal signs SOAP messages
  audit verify [--head TRAIL=HEAD]   whether the audit trail is as it was written; prints the head of each process's trail
  audit show [--who NAME] [--since INSTANT] [--does WORD]   its entries, a line of JSON each
  keys list|rotate|rewrap       the keys of the raw store: what each opens; a new one; wrap what is stored by it
  sql-grants                    users, roles, views and limits for a ClickHouse server, as the key file says
  tier --dry-run|--now          move old submissions to the cool and the archive tier (done daily)
  pulls [--json]                how fetching files from servers of senders goes
  verify                        open every stored submission, compare its hash, list what is damaged
  sample                        make the national sample and load it (done by npm start)

  --data DIR    the data folder of the running Bellwether (default .bellwether)
  --config DIR  its configuration (default config)
  --api URL     where its doors are (default http://127.0.0.1:8080); BELLWETHER_API_KEY is sent when set
`;
