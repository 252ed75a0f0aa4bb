-- Puts a question for any worker and wakes them. The id is the right to its answer.
create or replace function ask(org uuid, kind text, question jsonb, timeout_ms integer) returns uuid
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
declare
  v_id uuid;
begin
  delete from asks as a where a.expires_at < clock_timestamp() - interval '1 minute';
  insert into asks (org_id, kind, question, expires_at)
  values (ask.org, ask.kind, ask.question, clock_timestamp() + ask.timeout_ms * interval '1 millisecond')
  returning id into v_id;
  perform pg_notify('asks', '');
  return v_id;
end;
$$;
revoke all on function ask(uuid, text, jsonb, integer) from public;
grant execute on function ask(uuid, text, jsonb, integer) to gateway, worker;
