package io.weir.api.http;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/**
 * What a server proves with who it is, checked: the certificate is the key's.
 *
 * @param context for connections
 * @param expires when the server's certificate does
 */
record TlsIdentity(SslContext context, Instant expires) {

  private static final Pattern PRIVATE_KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*)-----END PRIVATE KEY-----");

  private static final int AUTHORITIES = 2;
  private static final byte[] ANYTHING = "certificate and key".getBytes(StandardCharsets.US_ASCII);

  /**
   * Reads it.
   *
   * @param files certificate, key and, perhaps, authorities of clients
   * @throws IllegalArgumentException if something is wrong with one of them, or they do not belong
   *     together; no message has a part of a key
   */
  static TlsIdentity of(List<byte[]> files) {
    List<X509Certificate> chain = certificates("certificate", files.get(0));
    PrivateKey key = key(files.get(1), chain.getFirst());
    try {
      checkPair(chain.getFirst(), key);
      SslContextBuilder builder =
          SslContextBuilder.forServer(key, chain)
              .sslProvider(SslProvider.JDK)
              .protocols("TLSv1.3", "TLSv1.2");
      if (files.size() > AUTHORITIES) {
        builder
            .trustManager(certificates("client authorities", files.get(AUTHORITIES)))
            .clientAuth(ClientAuth.REQUIRE);
      }
      return new TlsIdentity(builder.build(), chain.getFirst().getNotAfter().toInstant());
    } catch (SSLException e) {
      throw new IllegalArgumentException(
          "certificate and key cannot be used: " + e.getMessage(), e);
    }
  }

  private static List<X509Certificate> certificates(String what, byte[] pem) {
    try {
      List<X509Certificate> found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (found.isEmpty()) {
        throw new IllegalArgumentException("the file of the " + what + " has no certificate in it");
      }
      return found;
    } catch (CertificateException e) {
      throw new IllegalArgumentException(
          "the file of the " + what + " is not PEM of X.509 certificates: " + e.getMessage(), e);
    }
  }

  private static PrivateKey key(byte[] pem, X509Certificate certificate) {
    Matcher matcher = PRIVATE_KEY.matcher(new String(pem, StandardCharsets.US_ASCII));
    if (!matcher.find()) {
      throw new IllegalArgumentException(
          "the file of the key has no 'BEGIN PRIVATE KEY' (PKCS #8, not encrypted);"
              + " openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW makes one of others");
    }
    String algorithm = certificate.getPublicKey().getAlgorithm();
    try {
      byte[] encoded = Base64.getMimeDecoder().decode(matcher.group(1));
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the file of the key has no key of the certificate's kind, " + algorithm, e);
    }
  }

  /** While they are being replaced one of them is new and one is old. */
  private static void checkPair(X509Certificate certificate, PrivateKey key) {
    try {
      Signature signature = Signature.getInstance(signatureOf(key.getAlgorithm()));
      signature.initSign(key);
      signature.update(ANYTHING);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(ANYTHING);
      if (signature.verify(signed)) {
        return;
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("the key is not the certificate's", e);
    }
    throw new IllegalArgumentException("the key is not the certificate's");
  }

  private static String signatureOf(String keyAlgorithm) {
    return switch (keyAlgorithm) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default -> keyAlgorithm;
    };
  }
}
