package io.weir.deploy.demo;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodSignature;
import java.lang.classfile.Signature;
import java.lang.classfile.attribute.InnerClassInfo;
import java.lang.classfile.attribute.InnerClassesAttribute;
import java.lang.classfile.attribute.SignatureAttribute;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One class file, seen as a part of the API.
 *
 * @param model the parsed class file
 * @param nesting what the file says about nested classes, itself included, by internal name
 */
record ApiClass(ClassModel model, Map<String, InnerClassInfo> nesting) {

  private static final String CONSTRUCTOR = "<init>";
  private static final String INITIALIZER = "<clinit>";

  static ApiClass of(ClassModel model) {
    Map<String, InnerClassInfo> nesting =
        model
            .findAttribute(Attributes.innerClasses())
            .map(InnerClassesAttribute::classes)
            .orElse(List.of())
            .stream()
            .collect(
                Collectors.toMap(info -> info.innerClass().asInternalName(), Function.identity()));
    return new ApiClass(model, nesting);
  }

  String internalName() {
    return model.thisClass().asInternalName();
  }

  /**
   * Returns the name within the package, nested classes with dots; empty if the class or one around
   * it cannot be reached from outside the package, or has no name.
   *
   * @param siblings all classes of the package by internal name
   */
  Optional<String> reachableName(Map<String, ApiClass> siblings) {
    InnerClassInfo self = nesting.get(internalName());
    if (self == null) {
      return model.flags().has(AccessFlag.PUBLIC)
          ? Optional.of(internalName().substring(internalName().lastIndexOf('/') + 1))
          : Optional.empty();
    }
    Optional<String> outer =
        self.outerClass()
            .map(ClassEntry::asInternalName)
            .map(siblings::get)
            .flatMap(found -> found.reachableName(siblings));
    Optional<String> name = self.innerName().map(Utf8Entry::stringValue);
    boolean visible = self.has(AccessFlag.PUBLIC) || self.has(AccessFlag.PROTECTED);
    return visible ? outer.flatMap(o -> name.map(n -> o + "." + n)) : Optional.empty();
  }

  /** Returns the methods in order of their keys. */
  List<JdkMethod> methods(String module, String packageName, String className) {
    Map<String, List<MethodModel>> byKey = new HashMap<>();
    for (MethodModel method : model.methods()) {
      if (isApi(method)) {
        String key =
            method.methodName().stringValue() + "(" + String.join(",", types(method)) + ")";
        byKey.computeIfAbsent(key, _ -> new ArrayList<>()).add(method);
      }
    }
    List<JdkMethod> methods = new ArrayList<>();
    byKey.forEach((key, sameKey) -> {
      for (MethodModel method : sameKey) {
        String unique = sameKey.size() == 1 ? key : erasedKey(method);
        methods.add(
            new JdkMethod(
                packageName + "." + className + "#" + unique,
                module,
                packageName,
                className,
                method.methodName().stringValue(),
                types(method),
                TypeNames.simple(signature(method).result()),
                kind(method)));
      }
    });
    methods.sort(Comparator.comparing(JdkMethod::key));
    return methods;
  }

  private static boolean isApi(MethodModel method) {
    String name = method.methodName().stringValue();
    boolean visible =
        method.flags().has(AccessFlag.PUBLIC) || method.flags().has(AccessFlag.PROTECTED);
    boolean made =
        method.flags().has(AccessFlag.SYNTHETIC) || method.flags().has(AccessFlag.BRIDGE);
    return visible && !made && !name.equals(CONSTRUCTOR) && !name.equals(INITIALIZER);
  }

  private static MethodSignature signature(MethodModel method) {
    return method
        .findAttribute(Attributes.signature())
        .map(SignatureAttribute::asMethodSignature)
        .orElseGet(() -> MethodSignature.of(method.methodTypeSymbol()));
  }

  private static List<String> types(MethodModel method) {
    List<String> types = new ArrayList<>();
    for (Signature type : signature(method).arguments()) {
      types.add(TypeNames.simple(type));
    }
    if (method.flags().has(AccessFlag.VARARGS)) {
      String last = types.removeLast();
      types.addLast(last.substring(0, last.length() - "[]".length()) + "...");
    }
    return List.copyOf(types);
  }

  private static String erasedKey(MethodModel method) {
    MethodTypeDesc type = method.methodTypeSymbol();
    return type.parameterList().stream()
            .map(TypeNames::qualified)
            .collect(Collectors.joining(",", method.methodName().stringValue() + "(", "):"))
        + TypeNames.qualified(type.returnType());
  }

  private JdkMethod.Kind kind(MethodModel method) {
    if (method.flags().has(AccessFlag.STATIC)) {
      return JdkMethod.Kind.STATIC;
    }
    if (method.flags().has(AccessFlag.ABSTRACT)) {
      return JdkMethod.Kind.ABSTRACT;
    }
    return model.flags().has(AccessFlag.INTERFACE)
        ? JdkMethod.Kind.DEFAULT
        : JdkMethod.Kind.INSTANCE;
  }
}
