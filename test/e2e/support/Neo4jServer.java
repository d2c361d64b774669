import java.nio.file.Path;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.configuration.connectors.BoltConnector;
import org.neo4j.configuration.connectors.HttpConnector;
import org.neo4j.configuration.helpers.SocketAddress;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilder;

/** Neo4j Community with its HTTP API on loopback, which its modules of Maven Central are started by: folder, port. */
public class Neo4jServer {
  public static void main(String[] args) throws Exception {
    var service =
        new DatabaseManagementServiceBuilder(Path.of(args[0]))
            .setConfig(HttpConnector.enabled, true)
            .setConfig(HttpConnector.listen_address, new SocketAddress("127.0.0.1", Integer.parseInt(args[1])))
            .setConfig(BoltConnector.enabled, false)
            .setConfig(GraphDatabaseSettings.auth_enabled, true)
            .setConfig(GraphDatabaseSettings.pagecache_memory, 64L << 20)
            .build();
    Runtime.getRuntime().addShutdownHook(new Thread(service::shutdown));
    Thread.currentThread().join();
  }
}
