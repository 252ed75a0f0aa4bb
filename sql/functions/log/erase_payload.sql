-- Overwrites the payload of one sealed event and keeps its leaf, so that the seals still verify. True when it was
-- erased now, false when it had been. Raises no_data_found for a position that does not exist, and
-- object_not_in_prerequisite_state for one that is not sealed yet: nothing would vouch for the leaf.
-- DANGER: the only function that changes a stored event. It cannot be undone.
create or replace function erase_payload(org uuid, at bigint, leaf bytea, reason text) returns boolean
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
#variable_conflict use_column
begin
  perform lock_organizations(array[erase_payload.org]);
  if not exists (select from events where org_id = erase_payload.org and position = erase_payload.at) then
    raise exception 'no event at position % of %', erase_payload.at, erase_payload.org using errcode = 'no_data_found';
  end if;
  if not exists (select from seals where org_id = erase_payload.org and to_position >= erase_payload.at) then
    raise exception 'position % of % is not sealed yet', erase_payload.at, erase_payload.org
      using errcode = 'object_not_in_prerequisite_state';
  end if;
  insert into erasures (org_id, position, leaf, reason)
  values (erase_payload.org, erase_payload.at, erase_payload.leaf, erase_payload.reason) on conflict do nothing;
  if not found then
    return false;
  end if;
  perform set_config('pihordev.erasing', erase_payload.org || ' ' || erase_payload.at, true);
  update events set data = null, salt = ''::bytea where org_id = erase_payload.org and position = erase_payload.at;
  perform set_config('pihordev.erasing', '', true);
  return true;
end;
$$;
revoke all on function erase_payload(uuid, bigint, bytea, text) from public;
grant execute on function erase_payload(uuid, bigint, bytea, text) to worker;
