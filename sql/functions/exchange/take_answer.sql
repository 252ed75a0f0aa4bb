-- The answer to a question, once: the row goes with it. No row while there is no answer.
create or replace function take_answer(id uuid) returns table (answer jsonb, error_code text, error_message text)
language sql volatile security definer
set search_path = pg_catalog, public, pg_temp
as $$
  delete from asks as a where a.id = take_answer.id and a.answered_at is not null
  returning a.answer, a.error_code, a.error_message;
$$;
revoke all on function take_answer(uuid) from public;
grant execute on function take_answer(uuid) to gateway, worker;
