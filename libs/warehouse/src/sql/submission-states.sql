-- Newest state and rev of the given submissions.
SELECT submission, argMax(state, (at, state != 'received')) AS newest
FROM ledger WHERE submission IN {submissions:Array(String)} GROUP BY submission
