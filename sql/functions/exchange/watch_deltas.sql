-- Says that somebody watches an organization for the next `ttl_ms`; answers the channel to listen on.
create or replace function watch_deltas(org uuid, ttl_ms integer) returns text
language sql volatile security definer
set search_path = pg_catalog, public, pg_temp
as $$
  insert into delta_channels as d (org_id, channel, watched_until)
  values (watch_deltas.org, 'delta_' || replace(gen_random_uuid()::text, '-', ''),
    clock_timestamp() + watch_deltas.ttl_ms * interval '1 millisecond')
  on conflict (org_id) do update set watched_until = greatest(d.watched_until, excluded.watched_until)
  returning d.channel;
$$;
revoke all on function watch_deltas(uuid, integer) from public;
grant execute on function watch_deltas(uuid, integer) to gateway;
