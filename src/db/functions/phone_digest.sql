-- What is left of a number that was erased: enough to know it again, with a salt of this database's own.
CREATE OR REPLACE FUNCTION phone_digest(phone text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT encode(sha256(convert_to((SELECT salt FROM digest_salt) || ' phone ' || phone, 'UTF8')), 'hex')
$$;
