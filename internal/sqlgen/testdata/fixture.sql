-- A shop's order lines: an order has one or more, Brazil sold nothing in
-- March 2024, one line has no date, one no status, one no region.
CREATE TABLE sales (
  order_id INTEGER, order_date DATE, ship_date DATE, customer VARCHAR, region VARCHAR, country VARCHAR, product VARCHAR, category VARCHAR,
  channel VARCHAR, quantity INTEGER, unit_price DECIMAL(10, 2), revenue DECIMAL(12, 2), cost DOUBLE, status VARCHAR, rating INTEGER, first_order BOOLEAN);
INSERT INTO sales VALUES
  (1, '2024-01-05', '2024-01-07', 'Acme Corp',   'North', 'Brazil', 'Desk',        'Furniture',  'Online', 2, 100.00,  200.00, 120.5, 'Completed', 5,    true),
  (1, '2024-01-05', '2024-01-07', 'Acme Corp',   'North', 'Brazil', 'Pen',         'Office',     'Online', 10, 1.50,    15.00,   5.0, 'Completed', 5,    true),
  (2, '2024-01-20', '2024-01-29', 'Globex',      'South', 'Chile',  'Laptop',      'Technology', 'Retail', 1, 900.10,  900.10, 700.0, 'Returned',  2,    true),
  (3, '2024-02-03', '2024-02-04', 'Acme Corp',   'North', 'Brazil', 'Desk',        'Furniture',  'Retail', 1, 100.00,  100.00,  60.25, 'Completed', NULL, false),
  (4, '2024-02-14', NULL,         'Initech',     'West',  'Peru',   '50% off_bag', 'Office',     'Online', 3, 10.00,    30.00,  12.0, 'Pending',   4,    true),
  (5, '2024-03-01', '2024-03-04', 'Globex',      'South', 'Chile',  'Pen',         'Office',     'Partner', 4, 1.50,    6.00,   2.0, NULL,        3,    false),
  (6, '2024-04-11', '2024-04-12', 'Acme Corp',   'North', 'Brazil', 'Laptop',      'Technology', 'Online', 1, 899.90,  899.90, 650.0, 'Completed', 5,    false),
  (7, '2024-04-30', '2024-05-02', 'O''Neill "X"', NULL,   'Peru',   'desk lamp',   'Furniture',  'Online', 2, 20.00,    40.00,  22.0, 'Cancelled', 1,    true),
  (8, '2024-06-15', '2024-06-16', 'Initech',     'West',  'Peru',   'Laptop',      'Technology', 'Retail', 0, 899.90,    0.00,   0.0, 'Completed', 4,    false),
  (9, NULL,         NULL,         'Globex',      'South', 'Chile',  'Desk',        'Furniture',  'Online', 1, 100.00,  100.00,  60.25, 'Completed', NULL, false);

CREATE TABLE orders (order_id INTEGER, customer_id INTEGER, order_date TIMESTAMP, amount DECIMAL(12, 2));
INSERT INTO orders VALUES (1, 1, '2024-01-05 10:30:00', 215.00), (2, 2, '2024-01-20 08:00:00', 900.10), (3, 1, '2024-02-03 23:59:59', 100.00),
  (4, 3, '2024-02-14 00:00:00', 30.00), (5, NULL, '2024-03-01 12:00:00', 6.00);

CREATE TABLE customers (customer_id INTEGER, name VARCHAR, segment VARCHAR, active BOOLEAN);
INSERT INTO customers VALUES (1, 'Acme Corp', 'Enterprise', true), (2, 'Globex', 'SMB', true), (3, 'Initech', 'SMB', false), (4, 'Hooli', 'Enterprise', true);
