/** Tables as strangers have them: names and types of all sorts, foreign keys, enums, CHECKs, computed and counted columns. */
export const SHOP = `
  CREATE TYPE order_status AS ENUM ('new', 'paid', 'it''s gone');
  CREATE TABLE customers (
    id serial PRIMARY KEY,
    email varchar(40) NOT NULL UNIQUE,
    name text,
    country char(2) NOT NULL,
    born date,
    vip boolean NOT NULL DEFAULT false,
    balance numeric(10,2) NOT NULL DEFAULT 0 CHECK (balance >= 0),
    referred_by int REFERENCES customers (id),
    created_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE products (
    sku varchar(12) NOT NULL UNIQUE,
    product_no bigint NOT NULL UNIQUE,
    price numeric NOT NULL,
    small smallint,
    token uuid NOT NULL,
    details jsonb,
    PRIMARY KEY (product_no)
  );
  CREATE TABLE orders (
    order_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id int NOT NULL REFERENCES customers,
    invoice_no int UNIQUE,
    status order_status NOT NULL DEFAULT 'new',
    channel varchar(5) NOT NULL CHECK (channel IN ('web', 'app', 'phone')),
    net numeric(8,2) NOT NULL,
    tax numeric(8,2) GENERATED ALWAYS AS (net * 0.2) STORED,
    "Ordered On" date NOT NULL DEFAULT CURRENT_DATE,
    warehouse_id int REFERENCES warehouses (id)
  );
  CREATE TABLE order_lines (
    id bigserial PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES orders ON DELETE RESTRICT,
    customer_id int NOT NULL REFERENCES customers,
    line_no smallint NOT NULL,
    quantity int NOT NULL CHECK (quantity > 0),
    note varchar(3),
    UNIQUE (order_id, line_no)
  );`

export const WAREHOUSES = 'CREATE TABLE warehouses (id int PRIMARY KEY);'

/** Rows that stand there before the stream. */
export const SHOP_ROWS = `
  INSERT INTO customers (email, country, balance) SELECT 'c' || n || '@example.org', 'ch', n FROM generate_series(1, 7) n;
  INSERT INTO products (sku, product_no, price, token) SELECT 's' || n, 1000 + n, 1.5, gen_random_uuid() FROM generate_series(1, 5) n;
  INSERT INTO orders (customer_id, invoice_no, channel, net) SELECT n, 500 + n, 'web', 10 FROM generate_series(1, 4) n;
  INSERT INTO order_lines (order_id, customer_id, line_no, quantity) VALUES (1, 1, 1, 1), (1, 1, 2, 5);`
