package report

import "encoding/xml"

type etsiReport struct {
	XMLName xml.Name        `xml:"vr:ValidationReport"`
	VR      string          `xml:"xmlns:vr,attr"`
	DS      string          `xml:"xmlns:ds,attr"`
	XAdES   string          `xml:"xmlns:XAdES,attr"`
	Reports []etsiSignature `xml:"vr:SignatureValidationReport"`
	Objects *etsiObjects    `xml:"vr:SignatureValidationObjects"`
}

type etsiObjects struct {
	All []etsiObject `xml:"vr:ValidationObject"`
}

type etsiSignature struct {
	Identifier  *etsiIdentifier `xml:"vr:SignatureIdentifier"`
	Constraints *etsiPolicy     `xml:"vr:ValidationConstraintsEvaluationReport>vr:SignatureValidationPolicy"`
	Time        *etsiTime       `xml:"vr:ValidationTimeInfo"`
	Document    *etsiDocument   `xml:"vr:SignersDocument"`
	Attributes  *etsiAttributes `xml:"vr:SignatureAttributes"`
	Signer      *etsiSigner     `xml:"vr:SignerInformation"`
	Process     *etsiProcess    `xml:"vr:SignatureValidationProcess"`
	Status      etsiStatus      `xml:"vr:SignatureValidationStatus"`
}

type etsiIdentifier struct {
	ID          string `xml:"id,attr,omitempty"`
	HashOnly    bool   `xml:"vr:HashOnly"`
	DocHashOnly bool   `xml:"vr:DocHashOnly"`
	DAID        string `xml:"vr:DAIdentifier,omitempty"`
}

type etsiPolicy struct {
	ID   string      `xml:"vr:SignaturePolicyIdentifier>XAdES:SignaturePolicyId>XAdES:SigPolicyId>XAdES:Identifier"`
	Hash *etsiDigest `xml:"vr:SignaturePolicyIdentifier>XAdES:SignaturePolicyId>XAdES:SigPolicyHash"`
	Name string      `xml:"vr:PolicyName"`
}

type etsiDigest struct {
	Method etsiMethod `xml:"ds:DigestMethod"`
	Value  string     `xml:"ds:DigestValue"`
}

type etsiMethod struct {
	Algorithm string `xml:"Algorithm,attr"`
}

type etsiTime struct {
	At   string   `xml:"vr:ValidationTime"`
	Best *etsiPOE `xml:"vr:BestSignatureTime"`
}

type etsiPOE struct {
	Time   string   `xml:"vr:POETime"`
	Type   string   `xml:"vr:TypeOfProof"`
	Object *etsiRef `xml:"vr:POEObject"`
}

type etsiRef struct {
	ID string `xml:"VOReference,attr"`
}

type etsiDocument struct {
	Digest         *etsiDigest `xml:"vr:DigestAlgAndValue"`
	Representation *etsiRef    `xml:"vr:SignersDocumentRepresentation"`
}

// etsiAttributes keeps the order of its members; the schema lets any.
type etsiAttributes struct {
	SigningTime *etsiTimeAttribute  `xml:"vr:SigningTime"`
	Place       *etsiPlace          `xml:"vr:SignatureProductionPlace"`
	Stamps      []etsiTimeAttribute `xml:",any"`
	Reason      *etsiReason         `xml:"vr:Reason"`
	Name        *etsiName           `xml:"vr:Name"`
	Contact     *etsiContact        `xml:"vr:ContactInfo"`
}

type etsiTimeAttribute struct {
	XMLName xml.Name
	Signed  bool     `xml:"Signed,attr"`
	Object  *etsiRef `xml:"vr:AttributeObject"`
	Time    string   `xml:"vr:Time,omitempty"`
	Value   string   `xml:"vr:TimeStampValue,omitempty"`
}

type etsiPlace struct {
	Address string `xml:"vr:AddressString"`
}

type etsiReason struct {
	Text string `xml:"vr:ReasonElement"`
}

type etsiName struct {
	Text string `xml:"vr:NameElement"`
}

type etsiContact struct {
	Text string `xml:"vr:ContactInfoElement"`
}

type etsiSigner struct {
	Certificate etsiRef `xml:"vr:SignerCertificate"`
	Name        string  `xml:"vr:Signer,omitempty"`
}

type etsiProcess struct {
	ID    string `xml:"vr:SignatureValidationProcessID"`
	Other string `xml:"vr:OtherInformation,omitempty"`
}

type etsiStatus struct {
	Main string    `xml:"vr:MainIndication"`
	Sub  []string  `xml:"vr:SubIndication"`
	Data *etsiData `xml:"vr:AssociatedValidationReportData"`
}

type etsiData struct {
	Anchor  *etsiRef        `xml:"vr:TrustAnchor"`
	Chain   *etsiChain      `xml:"vr:CertificateChain"`
	Related []etsiRef       `xml:"vr:RelatedValidationObject"`
	Revoked *etsiRevoked    `xml:"vr:RevocationStatusInformation"`
	Crypto  *etsiCrypto     `xml:"vr:CryptoInformation"`
	More    *etsiAdditional `xml:"vr:AdditionalValidationReportData"`
}

type etsiChain struct {
	Signing      etsiRef   `xml:"vr:SigningCertificate"`
	Intermediate []etsiRef `xml:"vr:IntermediateCertificate"`
	Anchor       *etsiRef  `xml:"vr:TrustAnchor"`
}

type etsiRevoked struct {
	Certificate etsiRef  `xml:"vr:ValidationObjectId"`
	At          string   `xml:"vr:RevocationTime"`
	Reason      string   `xml:"vr:RevocationReason,omitempty"`
	Object      *etsiRef `xml:"vr:RevocationObject"`
}

type etsiCrypto struct {
	Object    etsiRef `xml:"vr:ValidationObjectId"`
	Algorithm string  `xml:"vr:Algorithm"`
	Secure    bool    `xml:"vr:SecureAlgorithm"`
}

type etsiAdditional struct {
	Data []etsiTyped `xml:"vr:ReportData"`
}

type etsiTyped struct {
	Type  string `xml:"vr:Type"`
	Value string `xml:"vr:Value"`
}

type etsiObject struct {
	ID           string           `xml:"id,attr"`
	Type         string           `xml:"vr:ObjectType"`
	Direct       string           `xml:"vr:ValidationObjectRepresentation>vr:direct,omitempty"`
	Digest       *etsiDigest      `xml:"vr:ValidationObjectRepresentation>vr:DigestAlgAndValue"`
	POE          *etsiPOE         `xml:"vr:POE"`
	Provisioning *etsiProvision   `xml:"vr:POEProvisioning"`
	Report       *etsiSubordinate `xml:"vr:ValidationReport"`
}

type etsiProvision struct {
	Time string `xml:"vr:POETime"`
}

// etsiSubordinate is the report of a time-stamp or evidence record.
type etsiSubordinate struct {
	Signer *etsiSigner `xml:"vr:SignerInformation"`
	Status etsiStatus  `xml:"vr:SignatureValidationStatus"`
}
