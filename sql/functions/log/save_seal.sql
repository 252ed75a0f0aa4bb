-- Stores the seal over `from_position..to_position`. True when it was stored; false when it does not follow the last
-- seal, because another process has sealed meanwhile. Raises check_violation for positions that do not exist yet.
create or replace function save_seal(org uuid, from_position bigint, to_position bigint, seal bytea) returns boolean
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
set lock_timeout = '10s'
as $$
declare
  v_last bigint;
begin
  perform pg_advisory_xact_lock(hashtextextended('seal ' || save_seal.org::text, 0));
  select coalesce(max(s.to_position), 0) into v_last from seals as s where s.org_id = save_seal.org;
  if save_seal.from_position <> v_last + 1 then
    return false;
  end if;
  if save_seal.to_position > log_head(save_seal.org) then
    raise exception 'nothing at position % to seal', save_seal.to_position using errcode = 'check_violation';
  end if;
  insert into seals (org_id, from_position, to_position, seal)
  values (save_seal.org, save_seal.from_position, save_seal.to_position, save_seal.seal);
  return true;
end;
$$;
revoke all on function save_seal(uuid, bigint, bigint, bytea) from public;
grant execute on function save_seal(uuid, bigint, bigint, bytea) to worker;
