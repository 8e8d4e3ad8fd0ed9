package io.weir.deploy.demo;

import java.lang.classfile.Signature;
import java.lang.constant.ClassDesc;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How types are written in the names of methods. */
final class TypeNames {

  private TypeNames() {}

  /** The type as the source names it, without packages, outer classes and type arguments. */
  static String simple(Signature type) {
    return switch (type) {
      case Signature.BaseTypeSig base ->
          ClassDesc.ofDescriptor(base.signatureString()).displayName();
      case Signature.TypeVarSig variable -> variable.identifier();
      case Signature.ArrayTypeSig array -> simple(array.componentSignature()) + "[]";
      case Signature.ClassTypeSig reference -> afterLast(reference.className());
    };
  }

  /** The erased type with its package, as the virtual machine tells types apart. */
  static String qualified(ClassDesc type) {
    ClassDesc component = type.componentType();
    if (component != null) {
      return qualified(component) + "[]";
    }
    return Stream.of(type.packageName(), type.displayName())
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining("."));
  }

  private static String afterLast(String className) {
    String inPackage = className.substring(className.lastIndexOf('/') + 1);
    String nested = inPackage.substring(inPackage.lastIndexOf('$') + 1);
    return nested.isEmpty() ? inPackage : nested;
  }
}
