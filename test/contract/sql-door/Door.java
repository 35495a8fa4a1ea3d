import java.sql.Connection;
import java.sql.Date;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.Properties;

/** What Tableau and others that use the JDBC driver ask of the SQL door. Arguments: port, database. The key is the first line of standard input. */
public final class Door {
  private interface Work {
    Object run() throws Exception;
  }

  private static void same(String what, Object expected, Work work) throws Exception {
    Object found = work.run();
    if (!Objects.equals(found, expected)) {
      System.err.println(what + ": found " + found + ", expected " + expected);
      System.exit(1);
    }
    System.out.println("ok " + what);
  }

  private static String rows(ResultSet result) throws SQLException {
    StringBuilder text = new StringBuilder();
    int columns = result.getMetaData().getColumnCount();
    while (result.next()) {
      for (int i = 1; i <= columns; i++) text.append(i > 1 ? "," : "").append(result.getObject(i));
      text.append('|');
    }
    return text.toString();
  }

  private static String names(ResultSet result, String column) throws SQLException {
    StringBuilder text = new StringBuilder();
    while (result.next()) text.append(result.getString(column)).append('|');
    return text.toString();
  }

  private static String ask(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return rows(statement.executeQuery(sql));
    }
  }

  private static boolean isRefused(Connection connection, String sql, String word) {
    try {
      ask(connection, sql);
      return false;
    } catch (SQLException error) {
      return error.getMessage().contains(word);
    }
  }

  public static void main(String[] arguments) throws Exception {
    String database = arguments[1];
    String key = new java.io.BufferedReader(new java.io.InputStreamReader(System.in)).readLine();
    String[] variants = {"", "?compress=false", "?join_use_nulls=1&session_id=jdbc"};
    for (String variant : variants) {
      Properties properties = new Properties();
      properties.setProperty("user", "tableau");
      properties.setProperty("password", key);
      String url = "jdbc:clickhouse://127.0.0.1:" + arguments[0] + "/" + database + variant;
      System.out.println("with " + (variant.isEmpty() ? "defaults" : variant));
      try (Connection c = DriverManager.getConnection(url, properties)) {
        same("the connection is valid", true, () -> c.isValid(5));
        same("values", "2024-02-29,1.5,3,1.25,null|", () -> ask(c,
            "SELECT toDate('2024-02-29'), 1.5, toNullable(3), toDecimal64(1.25, 2), NULL"));
        same("counts", "3|", () -> ask(c, "SELECT count() FROM region_daily WHERE level = 'county'"));
        same("plain dates and nulls", "2026-01-01,7|2026-01-02,0|2026-01-03,null|", () -> ask(c,
            "SELECT day, value FROM region_daily WHERE level = 'county' ORDER BY day"));
        same("types of columns", "Date,Nullable(UInt64)", () -> {
          try (Statement s = c.createStatement()) {
            ResultSetMetaData m = s.executeQuery("SELECT day, value FROM region_daily LIMIT 1").getMetaData();
            return m.getColumnTypeName(1) + "," + m.getColumnTypeName(2);
          }
        });
        same("parameters", "2026-01-02,0|", () -> {
          try (PreparedStatement s = c.prepareStatement("SELECT day, value FROM region_daily WHERE level = ? AND day = ? AND region = ?")) {
            s.setString(1, "county");
            s.setDate(2, Date.valueOf("2026-01-02"));
            s.setString(3, "42091");
            return rows(s.executeQuery());
          }
        });
        same("a parameter is no SQL", "", () -> {
          try (PreparedStatement s = c.prepareStatement("SELECT day FROM region_daily WHERE region = ?")) {
            s.setString(1, "x' OR 1 = 1 --");
            return rows(s.executeQuery());
          }
        });
        same("Tableau's shape of a query", "42091,7|", () -> ask(c,
            "SELECT `region_daily`.`region` AS `region`, SUM(`region_daily`.`value`) AS `sum:value:ok` FROM `" + database
                + "`.`region_daily` `region_daily` WHERE (`region_daily`.`level` = 'county') GROUP BY `region`"));
        same("tables", "completeness_daily|facilities|facility_daily|region_daily|", () ->
            names(c.getMetaData().getTables(null, database, "%", null), "TABLE_NAME"));
        same("columns", "dataset|facility|zip|county|state|hhs_region|", () ->
            names(c.getMetaData().getColumns(null, database, "facilities", "%"), "COLUMN_NAME"));
        same("schemas", database + "|", () -> names(c.getMetaData().getSchemas(), "TABLE_SCHEM"));
        same("types", true, () -> names(c.getMetaData().getTypeInfo(), "TYPE_NAME").contains("UInt64|"));
        same("primary keys: none", "", () -> names(c.getMetaData().getPrimaryKeys(null, database, "facilities"), "COLUMN_NAME"));
        same("no rows", "", () -> ask(c, "SELECT day FROM region_daily WHERE 1 = 0"));
        same("errors of the engine", true, () -> isRefused(c, "SELECT nothing FROM region_daily", "UNKNOWN_IDENTIFIER"));
        same("refusals", true, () -> isRefused(c, "SELECT * FROM file('/etc/passwd')", "SQL_REFUSED"));
        same("nothing is written", true, () -> isRefused(c, "CREATE TABLE x (a UInt8) ENGINE = Memory", "SQL_REFUSED"));
      }
    }
    try {
      Properties wrong = new Properties();
      wrong.setProperty("user", "tableau");
      wrong.setProperty("password", "wrong");
      try (Connection c = DriverManager.getConnection("jdbc:clickhouse://127.0.0.1:" + arguments[0] + "/" + database, wrong)) {
        ask(c, "SELECT 1");
      }
      System.err.println("a wrong key was taken");
      System.exit(1);
    } catch (SQLException error) {
      System.out.println("ok a wrong key is refused");
    }
    System.exit(0);
  }
}
