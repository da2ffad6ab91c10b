BEGIN;
UPDATE items SET name = name || 'x' WHERE id = 1;
SELECT id, name FROM items ORDER BY id;
COMMIT;
