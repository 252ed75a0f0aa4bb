-- Nobody waits for the answer any more.
create or replace function withdraw_ask(id uuid) returns void
language sql volatile security definer
set search_path = pg_catalog, public, pg_temp
as $$
  delete from asks as a where a.id = withdraw_ask.id;
$$;
revoke all on function withdraw_ask(uuid) from public;
grant execute on function withdraw_ask(uuid) to gateway, worker;
