-- Stores the seal over `from_position..to_position` with its leaves. True when it was stored; false when it does not
-- follow the last seal, because another process has sealed meanwhile. Raises check_violation for positions that do
-- not exist yet, and for a seal that is not the hash of the seal before it and these leaves.
create or replace function save_seal(org uuid, from_position bigint, to_position bigint, seal bytea, leaves bytea)
returns boolean
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
declare
  v_last seals;
begin
  perform pg_advisory_xact_lock(hashtextextended('seal ' || save_seal.org::text, 0));
  select s.* into v_last from seals as s where s.org_id = save_seal.org order by s.to_position desc limit 1;
  if save_seal.from_position <> coalesce(v_last.to_position, 0) + 1 then
    return false;
  end if;
  if save_seal.to_position > log_head(save_seal.org) then
    raise exception 'nothing at position % to seal', save_seal.to_position using errcode = 'check_violation';
  end if;
  if save_seal.seal <> sha256(coalesce(v_last.seal, decode(repeat('00', 32), 'hex')) || save_seal.leaves) then
    raise exception 'seal of position % does not cover its leaves', save_seal.to_position
      using errcode = 'check_violation';
  end if;
  insert into seals (org_id, from_position, to_position, seal, leaves)
  values (save_seal.org, save_seal.from_position, save_seal.to_position, save_seal.seal, save_seal.leaves);
  return true;
end;
$$;
revoke all on function save_seal(uuid, bigint, bigint, bytea, bytea) from public;
grant execute on function save_seal(uuid, bigint, bigint, bytea, bytea) to worker;
