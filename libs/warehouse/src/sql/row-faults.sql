SELECT member, record, line, field, code, detail FROM row_faults FINAL WHERE submission = {submission:String} ORDER BY seq LIMIT 10000
