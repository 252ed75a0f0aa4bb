-- Stores an answer, or the code and message of an error, and wakes whoever waits.
create or replace function answer_ask(id uuid, answer jsonb, error_code text, error_message text) returns void
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
begin
  update asks as a set answered_at = clock_timestamp(), answer = answer_ask.answer,
    error_code = answer_ask.error_code, error_message = answer_ask.error_message
  where a.id = answer_ask.id;
  perform pg_notify('answers', answer_ask.id::text);
end;
$$;
revoke all on function answer_ask(uuid, jsonb, text, text) from public;
grant execute on function answer_ask(uuid, jsonb, text, text) to worker;
