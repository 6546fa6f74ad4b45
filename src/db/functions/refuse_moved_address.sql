-- What is written in place would be in no history, and in no count of whom a text reaches.
CREATE OR REPLACE FUNCTION refuse_moved_address() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'An address is never changed in place: remove it, and add the other.';
END $$;
