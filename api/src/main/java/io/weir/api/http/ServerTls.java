package io.weir.api.http;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.ssl.SslContext;
import io.weir.api.access.ReloadedFiles;
import io.weir.api.access.TlsFiles;
import java.io.IOException;
import java.time.Duration;

/**
 * TLS 1.3 and 1.2 with certificates from files, which are read again when they change: connections
 * that are made from then on get the new ones.
 *
 * <p><b>Ownership:</b> owns a thread that looks at the files.
 *
 * <p><b>Threads:</b> any.
 */
public final class ServerTls implements AutoCloseable {

  private static final String SECONDS = "seconds";
  private static final double MILLIS_PER_SECOND = 1e3;

  private final ReloadedFiles<TlsIdentity> files;
  private final SslContext context;

  private ServerTls(ReloadedFiles<TlsIdentity> files) {
    this.files = files;
    this.context = new CurrentSslContext(() -> files.current().context());
  }

  /**
   * Reads the files.
   *
   * @param interval time between two looks at them
   * @throws IOException if they cannot be read or are wrong; says which, and why
   */
  public static ServerTls start(TlsFiles files, Duration interval, MeterRegistry meters)
      throws IOException {
    ReloadedFiles<TlsIdentity> reloaded =
        ReloadedFiles.start("certificates", files.all(), TlsIdentity::of, interval, meters);
    Gauge.builder(
            "weir.http.certificate.expiry",
            () -> reloaded.current().expires().toEpochMilli() / MILLIS_PER_SECOND)
        .description("When the server's certificate expires, since 1970")
        .baseUnit(SECONDS)
        .strongReference(true)
        .register(meters);
    return new ServerTls(reloaded);
  }

  /** A context that is always the current one. */
  SslContext context() {
    return context;
  }

  @Override
  public void close() {
    files.close();
  }
}
