-- Events of one stream after a version, in order, at most `amount`. Enters the organization for this transaction
-- unless one was entered before: row-level security then shows nothing of any other.
create or replace function read_stream(org uuid, stream text, after integer, amount integer) returns setof events
language plpgsql
set enable_seqscan = off
set enable_bitmapscan = off
as $$
#variable_conflict use_column
begin
  perform enter_log(read_stream.org);
  return query
  select * from events
  where org_id = read_stream.org and stream_name = read_stream.stream and stream_version > read_stream.after
  order by stream_version limit read_stream.amount;
end;
$$;
revoke all on function read_stream(uuid, text, integer, integer) from public;
grant execute on function read_stream(uuid, text, integer, integer) to gateway, worker;
