-- The trigger that keeps the log append-only, for every role, and whatever rights it has. The one way through is
-- erase_payload, which names the row it erases, and then only its payload may differ.
create or replace function refuse_change() returns trigger
language plpgsql
as $$
begin
  if tg_op = 'UPDATE' and tg_table_name = 'events' then
    if current_setting('pihordev.erasing', true) = old.org_id || ' ' || old.position
      and to_jsonb(new) - 'data' - 'salt' = to_jsonb(old) - 'data' - 'salt'
      and new.data is null and new.salt = ''::bytea then
      return new;
    end if;
  end if;
  raise exception '% of % is refused: the log is append-only', lower(tg_op), tg_table_name
    using errcode = 'insufficient_privilege';
end;
$$;
revoke all on function refuse_change() from public;

-- `always`: also for a session that pretends to be a replica.
create or replace trigger events_refuse_change before update or delete on events
  for each row execute function refuse_change();
create or replace trigger events_refuse_truncate before truncate on events
  for each statement execute function refuse_change();
create or replace trigger commands_refuse_change before update or delete on commands
  for each row execute function refuse_change();
create or replace trigger commands_refuse_truncate before truncate on commands
  for each statement execute function refuse_change();
create or replace trigger seals_refuse_change before update or delete on seals
  for each row execute function refuse_change();
create or replace trigger seals_refuse_truncate before truncate on seals
  for each statement execute function refuse_change();
create or replace trigger erasures_refuse_change before update or delete on erasures
  for each row execute function refuse_change();
create or replace trigger erasures_refuse_truncate before truncate on erasures
  for each statement execute function refuse_change();
alter table events enable always trigger events_refuse_change, enable always trigger events_refuse_truncate;
alter table commands enable always trigger commands_refuse_change, enable always trigger commands_refuse_truncate;
alter table seals enable always trigger seals_refuse_change, enable always trigger seals_refuse_truncate;
alter table erasures enable always trigger erasures_refuse_change, enable always trigger erasures_refuse_truncate;
