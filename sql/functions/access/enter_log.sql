-- Enters an organization for this transaction, as nobody in particular, unless one was entered before. Events for
-- owner and admin stay hidden.
create or replace function enter_log(org uuid) returns void
language plpgsql
as $$
begin
  if coalesce(current_setting('pihordev.org_id', true), '') = '' then
    perform set_config('pihordev.org_id', enter_log.org::text, true);
  end if;
end;
$$;
revoke all on function enter_log(uuid) from public;
grant execute on function enter_log(uuid) to gateway, worker;
