"""Reports of undelivered mail, written by hand after those of the usual servers."""

SUBJECT = "=?utf-8?q?Relance_n=C2=B0_1_=3A_facture_F1_=C3=A9chue?="


def returned(kind: str = "message/rfc822") -> str:
    """The message that comes back, or its headers alone."""
    return f"""\
Content-Type: {kind}

From: Atelier Essai <bonjour@essai.example>
Subject: {SUBJECT}
Date: Wed, 18 Mar 2026 09:00:00 +0100
To: Durand SARL <compta@durand.example>
Message-ID: <r20260317-01@essai.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

"""


def report(status: str, *, head: str, kind: str = "message/rfc822", words: str = "") -> bytes:
    """A multipart/report around a status part."""
    return f"""\
{head}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="AAA/mx"

--AAA/mx
Content-Type: text/plain; charset=utf-8

{words or "This is the mail system. I'm sorry to have to inform you…"}

--AAA/mx
Content-Type: message/delivery-status

{status}
--AAA/mx
{returned(kind)}
--AAA/mx--
""".encode()


_POSTFIX_HEAD = """\
Return-Path: <>
Date: Wed, 18 Mar 2026 09:00:04 +0100 (CET)
From: MAILER-DAEMON@essai.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: bonjour@essai.example
Auto-Submitted: auto-replied
Message-Id: <20260318080004.4F2C1A0@mx.essai.example>"""

POSTFIX = report(
    """\
Reporting-MTA: dns; mx.essai.example
X-Postfix-Queue-ID: 1D3B5A0
X-Postfix-Sender: rfc822; bonjour@essai.example
Arrival-Date: Wed, 18 Mar 2026 09:00:01 +0100 (CET)

Final-Recipient: rfc822; compta@durand.example
Original-Recipient: rfc822;compta@durand.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.durand.example
Diagnostic-Code: smtp; 550 5.1.1 <compta@durand.example>: Recipient address
    rejected: User unknown in virtual mailbox table
""",
    head=_POSTFIX_HEAD,
)

POSTFIX_DELAYED = report(
    """\
Reporting-MTA: dns; mx.essai.example
X-Postfix-Queue-ID: 1D3B5A0

Final-Recipient: rfc822; compta@durand.example
Original-Recipient: rfc822;compta@durand.example
Action: delayed
Status: 4.4.1
Diagnostic-Code: X-Postfix; connect to mx.durand.example[192.0.2.7]:25:
    Connection timed out
Will-Retry-Until: Mon, 23 Mar 2026 09:00:01 +0100 (CET)
""",
    head=_POSTFIX_HEAD.replace("Undelivered Mail Returned to Sender", "Delayed Mail"),
    kind="text/rfc822-headers",
)

EXIM = f"""\
Return-path: <>
X-Failed-Recipients: compta@durand.example
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@essai.example>
To: bonjour@essai.example
Subject: Mail delivery failed: returning message to sender
Message-Id: <E1abcde-0001-xY@mx.essai.example>
Date: Wed, 18 Mar 2026 09:00:04 +0100

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  compta@durand.example
    host mx.durand.example [192.0.2.7]
    SMTP error from remote mail server after RCPT TO:<compta@durand.example>:
    550 5.1.1 No such user here

------ This is a copy of the message, including all the headers. ------

Return-path: <bonjour@essai.example>
From: Atelier Essai <bonjour@essai.example>
Subject: {SUBJECT}
To: Durand SARL <compta@durand.example>
Message-ID: <r20260317-01@essai.example>

Bonjour,
""".encode()

EXIM_REPORT = report(
    """\
Reporting-MTA: dns; mx.essai.example

Action: failed
Final-Recipient: rfc822;compta@durand.example
Status: 5.0.0
""",
    head=_POSTFIX_HEAD.replace(
        "Message-Id", "X-Failed-Recipients: compta@durand.example\nMessage-Id"
    ),
)

EXCHANGE = report(
    """\
Reporting-MTA: dns;PR0P264MB0001.FRAP264.PROD.OUTLOOK.COM
Received-From-MTA: dns;mx.essai.example
Arrival-Date: Wed, 18 Mar 2026 08:00:59 +0000

Final-Recipient: rfc822;compta@durand.example
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient
 compta@durand.example not found by SMTP address lookup
X-Display-Name: Compta
""",
    head="""\
From: Microsoft Outlook <MicrosoftExchange329e@durand.example>
To: <bonjour@essai.example>
Date: Wed, 18 Mar 2026 08:01:00 +0000
Subject: Non remis : =?utf-8?B?UmVsYW5jZQ==?=
Auto-Submitted: auto-replied""",
    words="Votre message n'a pas pu être remis à compta@durand.example.",
)

OVH = report(
    """\
Reporting-MTA: dns; mo533.mail-out.ovh.net
X-Postfix-Queue-ID: 4fXx1234

Final-Recipient: rfc822; boite@heberge.example
Original-Recipient: rfc822;compta@durand.example
Action: failed
Status: 5.2.2
Remote-MTA: dns; mx1.mail.ovh.net
Diagnostic-Code: smtp; 552 5.2.2 Mailbox full
""",
    head="""\
Return-Path: <>
Date: Wed, 18 Mar 2026 09:00:04 +0100 (CET)
From: MAILER-DAEMON@mo533.mail-out.ovh.net (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: bonjour@essai.example""",
    kind="text/rfc822-headers",
)

GMAIL = report(
    """\
Reporting-MTA: dns; googlemail.com
Arrival-Date: Wed, 18 Mar 2026 01:00:02 -0700 (PDT)
X-Original-Message-ID: <r20260317-01@essai.example>

Final-Recipient: rfc822; compta@durand.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; gmail-smtp-in.l.google.com. (192.0.2.26, the server for the domain.)
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please
 550-5.1.1 try double-checking the recipient's email address for typos or
 550 5.1.1 unnecessary spaces.
Last-Attempt-Date: Wed, 18 Mar 2026 01:00:04 -0700 (PDT)
""",
    head="""\
Return-Path: <>
From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
To: bonjour@essai.example
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Failure)
References: <r20260317-01@essai.example>
In-Reply-To: <r20260317-01@essai.example>
Message-ID: <67d9.google@mx.google.com>
Date: Wed, 18 Mar 2026 01:00:04 -0700 (PDT)""",
)
