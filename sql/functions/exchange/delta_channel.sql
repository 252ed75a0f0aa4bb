-- Where an organization's deltas go; null while nobody watches.
create or replace function delta_channel(org uuid) returns text
language sql stable security definer
set search_path = pg_catalog, public, pg_temp
as $$
  select d.channel from delta_channels as d
  where d.org_id = delta_channel.org and d.watched_until > clock_timestamp();
$$;
revoke all on function delta_channel(uuid) from public;
grant execute on function delta_channel(uuid) to worker;
