-- Whether the event at a position belongs to a stream.
create or replace function is_of_stream(org uuid, at bigint, stream text) returns boolean
language sql stable
as $$
  select exists (select from events as e where e.org_id = is_of_stream.org and e.position = is_of_stream.at
    and e.stream_name = is_of_stream.stream);
$$;
revoke all on function is_of_stream(uuid, bigint, text) from public;
