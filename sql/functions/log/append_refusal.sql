-- Why an item of append_batch is not appended; null when it is. A repeated command is answered before anything
-- else is asked: a retry must get its first result even if the lease or the membership is gone meanwhile.
create or replace function append_refusal(item jsonb, version integer, done commands) returns text
language plpgsql stable
as $$
declare
  v_org uuid := (item->>0)::uuid;
begin
  if (append_refusal.done).command_id is not null then
    return case when exists (select from events as e where e.org_id = v_org
        and e.position = (append_refusal.done).to_position and e.stream_name = item->>1)
      then 'repeated' else 'reused' end;
  end if;
  if item->>5 is not null and not exists (select from leases as l where l.org_id = v_org
      and l.run_id = (item->>5)::uuid and l.fence = (item->>6)::bigint) then
    return 'fenced';
  end if;
  if item->>4 is not null and not is_member(v_org, (item->>4)::uuid) then
    return 'forbidden';
  end if;
  if (item->>2)::integer <> append_refusal.version then
    return 'conflict';
  end if;
  return null;
end;
$$;
revoke all on function append_refusal(jsonb, integer, commands) from public;
