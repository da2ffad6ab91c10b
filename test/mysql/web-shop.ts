/** A shop as applications of MySQL have it: families of tables, and a column of nearly every kind. */
export const WEB_SHOP = `
  CREATE TABLE customers (
    id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, public_id binary(16) NOT NULL UNIQUE, email varchar(190) NOT NULL,
    country char(2) CHARACTER SET ascii NOT NULL DEFAULT 'de', level enum('new','it''s','gold') NOT NULL DEFAULT 'new',
    marks set('vip','late') DEFAULT NULL, is_active tinyint(1) NOT NULL DEFAULT 1, born date DEFAULT NULL, likes json DEFAULT NULL,
    photo blob, created_at timestamp NOT NULL DEFAULT current_timestamp(), updated_at datetime(3) NOT NULL DEFAULT current_timestamp(3) ON UPDATE current_timestamp(3),
    UNIQUE KEY by_email (email)
  ) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci COMMENT = 'Who buys; it''s a table';
  CREATE TABLE categories (
    id smallint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, parent_id smallint unsigned DEFAULT NULL, slug varchar(60) NOT NULL UNIQUE,
    place tinyint unsigned NOT NULL DEFAULT 0, CONSTRAINT category_parent FOREIGN KEY (parent_id) REFERENCES categories (id) ON DELETE CASCADE
  );
  CREATE TABLE products (
    sku varchar(20) NOT NULL PRIMARY KEY, category_id smallint unsigned NOT NULL, name varchar(120) NOT NULL, description mediumtext,
    price decimal(10,2) unsigned NOT NULL, weight double DEFAULT NULL, stock mediumint NOT NULL DEFAULT 0,
    rating tinyint(1) NOT NULL DEFAULT 3, flags bit(4) NOT NULL DEFAULT b'0', opens time DEFAULT NULL, since year NOT NULL,
    gross decimal(12,2) GENERATED ALWAYS AS (round(price * 1.19, 2)) STORED, label varchar(150) GENERATED ALWAYS AS (concat(sku, ' ', name)) VIRTUAL,
    CONSTRAINT rated CHECK (rating between 1 and 5), CONSTRAINT stocked CHECK (stock >= 0 and stock <= 5000), CONSTRAINT named CHECK (char_length(name) > 2),
    FOREIGN KEY (category_id) REFERENCES categories (id) ON UPDATE CASCADE
  );
  CREATE TABLE orders (
    id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, customer_id int unsigned NOT NULL, number_in_year int NOT NULL,
    state varchar(10) NOT NULL DEFAULT 'new' CHECK (state in ('new','paid','sent')), total decimal(12,2) NOT NULL, paid_at datetime DEFAULT NULL,
    least_paid int NOT NULL, most_paid int NOT NULL, note text, CHECK (least_paid <= most_paid), CHECK (total >= 1 and note is null or total > 0),
    UNIQUE KEY (customer_id, number_in_year), FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE
  );
  CREATE TABLE order_lines (
    order_id bigint unsigned NOT NULL, line_no smallint unsigned NOT NULL, sku varchar(20) NOT NULL, quantity int NOT NULL CHECK (quantity > 0),
    discount float DEFAULT NULL, seen_at timestamp(6) NULL DEFAULT NULL, PRIMARY KEY (order_id, line_no),
    FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE, FOREIGN KEY (sku) REFERENCES products (sku)
  );
  CREATE TABLE product_stores (
    sku varchar(20) NOT NULL, store char(3) NOT NULL, shelf int NOT NULL, since timestamp NOT NULL, hash varbinary(20) NOT NULL,
    PRIMARY KEY (sku, store), UNIQUE KEY (since), FOREIGN KEY (sku) REFERENCES products (sku) ON DELETE CASCADE
  );
  CREATE VIEW open_orders AS SELECT id FROM orders WHERE state = 'new';
`

/** What is left to its default, left out, or to be looked at. */
export const ODD_TABLES = `
  CREATE TABLE places (id int PRIMARY KEY, at point DEFAULT NULL, ip inet6 DEFAULT NULL, n int NOT NULL);
  CREATE TABLE boxed (id int PRIMARY KEY, box polygon NOT NULL, n int NOT NULL);
  CREATE TABLE in_boxes (id int PRIMARY KEY, boxed int NOT NULL, n int NOT NULL, FOREIGN KEY (boxed) REFERENCES boxed (id));
  CREATE TABLE prefixed (id int PRIMARY KEY, url text NOT NULL, n int NOT NULL, UNIQUE KEY by_url (url(40)));
  CREATE TABLE checked (id int PRIMARY KEY, code varchar(9) DEFAULT NULL CHECK (code REGEXP '^[A-Z]{3}$'), n int NOT NULL);
  CREATE TABLE strict_codes (id int PRIMARY KEY, code varchar(9) NOT NULL CHECK (code REGEXP '^[A-Z]{3}$'), n int NOT NULL);
  CREATE TABLE stamped (id int PRIMARY KEY, updated_at datetime DEFAULT NULL, n int NOT NULL);
  CREATE TRIGGER stamp BEFORE UPDATE ON stamped FOR EACH ROW SET NEW.updated_at = now();
  CREATE TABLE languages (id tinyint unsigned AUTO_INCREMENT PRIMARY KEY, name varchar(20) NOT NULL);
  CREATE TABLE counted (code varchar(9) PRIMARY KEY, place int NOT NULL AUTO_INCREMENT, n int NOT NULL, KEY (place));
  CREATE TABLE \`Odd "names\` (\`the \`\`key\` int PRIMARY KEY, \`a'b\` varchar(30) DEFAULT 'it''s \\\\ x', \`größe\` int NOT NULL);
  CREATE TABLE nodes (id int PRIMARY KEY, above int DEFAULT NULL, n int NOT NULL, FOREIGN KEY (above) REFERENCES nodes (id));
  CREATE TABLE nothing (flag boolean);
`
