-- What was done about some alarms, in order.
SELECT alarm, toUnixTimestamp64Milli(at), action, actor, reason, toUnixTimestamp64Milli(until), assignee
FROM alarm_actions FINAL
WHERE alarm IN {alarms:Array(String)}
ORDER BY alarm, at, action
