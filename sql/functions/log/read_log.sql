-- Events of an organization after a position, in order, at most `amount`; of some streams only when they are named.
-- Always at least one row: `head` is the last position there was before the events were read, and every position up
-- to it is in this answer, was filtered out, or is hidden by row-level security: a reader may go on from there.
-- Positions are committed in order, so that reading after one's own position misses nothing.
create or replace function read_log(org uuid, after bigint, amount integer, streams text[] default null)
returns table (head bigint, event events)
language plpgsql
set enable_seqscan = off
set enable_bitmapscan = off
as $$
#variable_conflict use_column
declare
  -- Up to here a walk along the positions beats one through each stream, in rows.
  c_window constant bigint := 5000;
  v_head bigint;
begin
  perform enter_log(read_log.org);
  v_head := log_head(read_log.org);
  if read_log.streams is null or v_head - read_log.after <= c_window then
    return query
    select v_head, e from (select 1) as one left join lateral (
      select ev as e from events as ev
      where ev.org_id = read_log.org and ev.position > read_log.after and ev.position <= v_head
        and (read_log.streams is null or ev.stream_name = any (read_log.streams))
      order by ev.position limit read_log.amount) as found on true;
    return;
  end if;
  return query
  select v_head, e from (select 1) as one left join lateral (
    select one_stream.e from unnest(read_log.streams) as s(name) cross join lateral (
      select i as e, i.position as at from events as i where i.org_id = read_log.org and i.stream_name = s.name
        and i.position > read_log.after and i.position <= v_head order by i.stream_version limit read_log.amount
    ) as one_stream order by one_stream.at limit read_log.amount) as found on true;
end;
$$;
revoke all on function read_log(uuid, bigint, integer, text[]) from public;
grant execute on function read_log(uuid, bigint, integer, text[]) to gateway, worker;
